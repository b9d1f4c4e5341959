"""What people see: one module a screen, its styles beside it."""
