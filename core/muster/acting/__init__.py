"""What people see and do: screens, actions, the workflow, calculations."""
