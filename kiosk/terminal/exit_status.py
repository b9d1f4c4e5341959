"""How the terminal ends, for what supervises it; 0 is an end that was asked for by signal.

The numbers are those of sysexits.h; the units in deploy/ act on them.
"""

from typing import Final

STATUS_CRASHED: Final = 70
"""After repeated crashes (EX_SOFTWARE): the supervisor is to start afresh."""

STATUS_LEFT_BY_STAFF: Final = 77
"""Staff asked for the program to end (EX_NOPERM): customers are to find it ended."""

STATUS_RESTART_BY_STAFF: Final = 75
"""Staff asked for a fresh start (EX_TEMPFAIL)."""
