"""muster: state reporting, where a state is a plugin."""
