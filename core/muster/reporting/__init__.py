"""What a person or a machine gets to read of a run, and the templates to fill in."""
