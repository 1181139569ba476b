"""Course enrollment of the 40th and the 100th day, as Python: what its samples are made of."""
