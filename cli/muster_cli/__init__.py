"""The command line: it parses, calls the core, prints, and sets the exit code."""
