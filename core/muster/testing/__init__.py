"""Public test tools: sample districts, builders, the conformance kit."""
