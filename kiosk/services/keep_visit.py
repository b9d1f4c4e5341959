"""One person's time at a terminal: begun, kept encrypted as it grows, and erased as a whole (SPEC 3.8, 4.2)."""

import json
import uuid
from collections.abc import Mapping

from kiosk.services.shop import Shop
from storage import claims, people
from storage.audit import write_audit


def begin_visit(shop: Shop, language: str) -> str:
    """Start a visit at this terminal and return its id."""
    visit_id = uuid.uuid4().hex
    with shop.database.writing() as connection:
        people.start_visit(connection, visit_id, shop.terminal_id, language, shop.now())
    return visit_id


def keep_choices(shop: Shop, visit_id: str, step: str, language: str, choices: Mapping[str, object]) -> None:
    """Store what the person has chosen and typed so far; the choices are encrypted."""
    text = json.dumps(choices, ensure_ascii=False)
    with shop.database.writing() as connection:
        people.save_choices(connection, visit_id, step, language, text)


def end_visit(shop: Shop, visit_id: str, reason: str) -> int:
    """Give back what the visit holds and erase what it knew; says how many numbers went back.

    `reason` is one word: `finished`, `left`, `idle`, `crash`, `shutdown`. Ending twice is harmless.
    """
    with shop.database.writing() as connection:
        # The visit first: a hold that is being taken for it is waited for, and then given back too.
        people.end_visit(connection, visit_id, reason, shop.now())
        released = claims.release_visit(connection, visit_id)
    shop.database.forget_values()
    return released


def restart_terminal(shop: Shop) -> int:
    """At start: give back what this terminal still held when it stopped; says how many numbers went back."""
    with shop.database.writing() as connection:
        now = shop.now()
        ended = people.end_visits_of_terminal(connection, shop.terminal_id, "crash", now)
        released = claims.release_terminal(connection, shop.terminal_id)
        people.terminal_started(connection, shop.terminal_id, now)
        if released or ended:
            write_audit(
                connection,
                "terminal.recovered",
                actor="worker",
                now=now,
                terminal_id=shop.terminal_id,
                detail=f"holds={released} visits={ended}",
            )
    return released
