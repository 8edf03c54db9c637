"""What truly happens: loads, waste and changes, balanced in trees of meters."""
