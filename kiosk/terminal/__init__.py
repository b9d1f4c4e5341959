"""The kiosk's hold on its terminal: input, lock-down, idle time, crashes, leaving (SPEC 3.8, 7.1, 9.2, 9.4)."""
