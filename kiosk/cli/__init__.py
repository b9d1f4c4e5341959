"""The command line: one module a group of commands, one way to end (DESIGN 5)."""
