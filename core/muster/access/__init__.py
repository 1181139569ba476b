"""Who may do what where: people, roles, tokens, organizations, and the audit of what they did."""
