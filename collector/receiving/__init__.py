"""From the broker's session to the intake: when to read, commit and acknowledge."""
