"""How soon a gateway that failed is asked again: 1, 2, 4 … 60 seconds later."""

import time
from collections.abc import Callable

from kiosk.gateways.messages import MessageGatewayUnavailable, Outage

_FIRST, _LONGEST = 1.0, 60.0


class RetryPace:
    """Keeps callers from a gateway that just failed, so that a queue of thousands doesn't wait for it one by one.

    `monotonic` gives seconds that only grow.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._pause = 0.0
        self._free_at = 0.0
        self._reason = Outage.NETWORK

    def check(self) -> None:
        """Raise `MessageGatewayUnavailable`, with the reason of the last fault, until it is time to try again."""
        if self._monotonic() < self._free_at:
            raise MessageGatewayUnavailable(self._reason)

    def failed(self, reason: Outage) -> None:
        """Wait, twice as long as the last time."""
        self._reason = reason
        self._pause = min(max(self._pause * 2, _FIRST), _LONGEST)
        self._free_at = self._monotonic() + self._pause

    def succeeded(self) -> None:
        """Wait no more."""
        self._pause = self._free_at = 0.0
