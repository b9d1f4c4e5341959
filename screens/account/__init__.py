"""Who is at the terminal: registering, signing in, and what somebody known to the shop has here (SPEC 3)."""
