"""Starting again says what it costs, and nothing that isn't so (SPEC 4.2, 9.3)."""

import pytest

from kiosk.domain.accounts import AccountKind, SignedIn
from kiosk.domain.journeys import Step
from screens.step_screen import StepScreen
from tests.journeys.hands import NAME, Terminal
from widgets.modal import Ask

GOES_BACK, CLEARED = "号码会放回", "填写的内容会清除"


async def ask_to_leave(terminal: Terminal) -> str:
    """Touch the button in the header; returns the question."""
    await terminal.tap("#restart")
    assert isinstance(terminal.screen, Ask)
    return "\n".join(terminal.text(widget) for widget in terminal.screen.query("Static, Prose"))


@pytest.mark.parametrize("typed", [{}, {"name": NAME}, {"id_number": "3701"}, {"phone": "139"}])
async def test_a_held_number_goes_back_and_what_is_filled_in_is_cleared(
    terminal: Terminal, typed: dict[str, str]
) -> None:
    """SPEC 4.2: each is said where it is so."""
    await terminal.reach(Step.CUSTOMER, **typed)
    question = await ask_to_leave(terminal)
    assert GOES_BACK in question
    assert (CLEARED in question) is bool(typed)


@pytest.mark.parametrize("typed", [{}, {"name": NAME}])
@pytest.mark.parametrize("is_known", [False, True])
async def test_no_number_goes_back_where_none_is_held(
    terminal: Terminal, typed: dict[str, str], is_known: bool
) -> None:
    """SPEC 4.2: neither before one is chosen, nor after it was lost; whether or not somebody has signed in."""
    await terminal.begin()
    if is_known:
        terminal.app.visit.person = SignedIn(1, AccountKind.MEMBER, "a***@example.com")
    terminal.app.show_step(Step.NUMBER)
    await terminal.settle()
    step = terminal.screen
    assert isinstance(step, StepScreen)
    step.change(**typed)
    question = await ask_to_leave(terminal)
    assert GOES_BACK not in question
    assert (CLEARED in question) is bool(typed)
    assert ("还没有选定号码" in question) is (not typed)
