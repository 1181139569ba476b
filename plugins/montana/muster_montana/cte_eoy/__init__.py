"""End of Year CTE Concentrator and Participants, as Python: what its samples are made of."""
