"""Reference data as files: factors, tariffs, calendars, seasons, instruments, sub-items."""
