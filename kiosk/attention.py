"""How the workers of one process are woken before their time."""

import threading


class Attention:
    """Wakes everybody who listens, each by an event of its own: who clears it takes no call from the others."""

    def __init__(self) -> None:
        self._events: list[threading.Event] = []

    def listen(self) -> threading.Event:
        """An event that every call sets from now on."""
        event = threading.Event()
        self._events.append(event)
        return event

    def call(self) -> None:
        """Let everybody look at once; cheap, from any thread."""
        for event in self._events:
            event.set()
