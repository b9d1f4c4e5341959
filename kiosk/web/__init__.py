"""Pages for a phone: the sandbox cashier, the sandbox phone, and the door for providers' notices."""
