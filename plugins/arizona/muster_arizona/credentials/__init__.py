"""Industry credentials, as Python: what their samples are made of."""
