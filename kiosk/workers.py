"""The workers of one process: one for the deadlines, and beside it one for each channel of messages."""

import time
from functools import partial

from kiosk.attention import Attention
from kiosk.gateways.messages import Channel
from kiosk.services.send_notices import send_due_through
from kiosk.services.settle_deadlines import Settled, settle_deadlines
from kiosk.services.shop import Shop
from kiosk.worker import STOP_SECONDS, Worker


class Workers:
    """Each in a thread of its own: a mail server that is stuck delays neither codes by SMS nor deadlines."""

    def __init__(self, shop: Shop, interval: float, attention: Attention) -> None:
        self.deadlines = Worker(shop, interval, attention.listen(), partial(settle_deadlines, send=False))
        self._senders = [
            Worker(shop, interval, attention.listen(), partial(_send, channel), reports=False) for channel in Channel
        ]

    def start(self) -> None:
        """Work in daemon threads."""
        for worker in self._all():
            worker.start()

    def run_forever(self) -> None:
        """Settle deadlines in this thread and send in others, until `finish`."""
        for sender in self._senders:
            sender.start()
        self.deadlines.run_forever()
        self.stop()

    def stop(self) -> None:
        """Finish the rounds under way, for a few seconds at most, all together."""
        self.finish()
        ends_at = time.monotonic() + STOP_SECONDS
        for worker in self._all():
            worker.stop(max(0.0, ends_at - time.monotonic()))

    def finish(self) -> None:
        """Ask all to end after their rounds, without waiting; may be called from a signal handler."""
        for worker in self._all():
            worker.finish()

    def _all(self) -> list[Worker]:
        return [self.deadlines, *self._senders]


def _send(channel: Channel, shop: Shop) -> Settled:
    return Settled(notices=send_due_through(shop, channel))
