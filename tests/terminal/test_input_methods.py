"""Typing Chinese comes back by itself when it couldn't be loaded at first (SPEC 9.1)."""

import threading

import pytest

from kiosk.terminal.input_methods import PATIENCE_SECONDS, InputMethods, MethodFor, letters_only


class Loader:
    """A loader that fails until it is told not to."""

    def __init__(self) -> None:
        self.calls = 0
        self.fails = True

    def __call__(self) -> MethodFor:
        self.calls += 1
        if self.fails:
            raise OSError(28, "No space left on device")
        return letters_only


@pytest.fixture
def loader() -> Loader:
    return Loader()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that have done their work once they are started."""

    def run(thread: threading.Thread) -> None:
        thread.run()

    monkeypatch.setattr(threading.Thread, "start", run)


@pytest.mark.usefixtures("at_once")
def test_what_failed_is_tried_again_by_a_later_visit_and_not_too_often(loader: Loader) -> None:
    now = [1.0]
    methods = InputMethods(loader, seconds=lambda: now[0])
    methods.begin()
    now[0] += PATIENCE_SECONDS - 1
    methods.begin()
    assert loader.calls == 1
    now[0] += 1
    loader.fails = False
    methods.begin()
    assert loader.calls == 2
    now[0] += 10 * PATIENCE_SECONDS
    methods.begin()
    assert loader.calls == 2, "what is loaded stays"


def test_two_never_load_at_once() -> None:
    may_end, calls = threading.Event(), []

    def slow() -> MethodFor:
        calls.append(1)
        may_end.wait(10)
        return letters_only

    methods = InputMethods(slow, seconds=lambda: 0.0)
    methods.begin()
    methods.begin()
    may_end.set()
    assert calls == [1]
