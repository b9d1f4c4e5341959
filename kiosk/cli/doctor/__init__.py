"""`kiosk doctor`: what could keep a terminal from working, one line each, and how to mend it; a module a subject."""
