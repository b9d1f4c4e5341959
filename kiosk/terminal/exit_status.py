"""How the terminal ends, for what supervises it; 0 is an end that was asked for by signal.

The numbers lie outside those of sysexits.h, except the one that means what it says there.
"""

from typing import Final

STATUS_CRASHED: Final = 70
"""After repeated crashes (EX_SOFTWARE): the supervisor is to start afresh."""

STATUS_LEFT_BY_STAFF: Final = 80
"""Staff asked for the program to end, and it is to stay ended until somebody starts it."""

STATUS_RESTART_BY_STAFF: Final = 81
"""Staff asked for a fresh start."""
