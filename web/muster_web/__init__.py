"""A thin Flask front end: it translates requests and renders answers."""
