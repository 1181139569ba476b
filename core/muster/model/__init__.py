"""What a state declares, and the frozen values that travel between rooms."""
