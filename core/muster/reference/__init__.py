"""Organizations, rosters, educators: standard tables and their imports."""
