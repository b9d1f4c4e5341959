"""The real program, except that going on from the customer's data raises what was typed there.

Argument: `handler` (in the button's own handler), `worker` (in what it starts) or `drawing` (at the next redraw).
"""

import sys

from kiosk.terminal.environment import scrub_environment

if __name__ == "__main__":
    scrub_environment()

from textual import work

from kiosk.cli.ending import end_well
from kiosk.cli.run import run
from screens.number_purchase.customer import CustomerScreen
from widgets.message_line import MessageLine


def fail(screen: CustomerScreen) -> None:
    name, id_number = screen.purchase.name, screen.purchase.id_number
    raise ValueError(f"no such person: {name} {id_number}")


async def fail_later(screen: CustomerScreen) -> None:
    fail(screen)


def fail_to_draw(screen: CustomerScreen) -> None:
    line = screen.query_one(MessageLine)
    line.render = lambda: fail(screen)  # type: ignore[method-assign,assignment,return-value]  # that is the fault
    line.display = True
    line.refresh(layout=True)


if __name__ == "__main__":
    CustomerScreen.proceed = {  # type: ignore[method-assign]  # likewise
        "handler": fail,
        "worker": work(fail_later),
        "drawing": fail_to_draw,
    }[sys.argv[1]]
    sys.exit(end_well(run))
