"""The state as a plugin: the hook answers, nothing else."""
