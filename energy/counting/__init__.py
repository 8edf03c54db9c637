"""What is counted of what: virtual meters, and energy that would be counted twice."""
