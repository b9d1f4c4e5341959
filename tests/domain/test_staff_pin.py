"""The staff's PIN: what it may be, and how long wrong ones make wait. SPEC 3.6, 9.2."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.staff_pin import WAITS, PinFault, PinTries, pin_fault, wait_left

SECOND = timedelta(seconds=1)
moments = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


@pytest.mark.parametrize("pin", ["408271", "90317264", "733902648815"])
def test_a_pin_may_have_six_to_twelve_digits(pin: str) -> None:
    assert pin_fault(pin) is None


@pytest.mark.parametrize("pin", ["", "40827", "7339026488150", "40827x", "４０８２７１", "-40827", "408 271"])
def test_anything_else_is_no_pin(pin: str) -> None:
    assert pin_fault(pin) is PinFault.FORM


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "111111",
        "654321",
        "567890",
        "345678901",
        "121212",
        "123123",
        "1231231",
        "147258",
        "852741",
        "19900307",
        "900307",
        "03071990",
        "07031990",
        "001231",
    ],
)
def test_what_people_try_first_is_weak(pin: str) -> None:
    assert pin_fault(pin) is PinFault.WEAK


def test_waits_grow_to_five_minutes_and_no_further() -> None:
    left = [wait_left(PinTries(failures, "boot", SECOND), "boot", SECOND)[1] for failures in range(8)]
    assert left == [timedelta(0), *WAITS, WAITS[-1], WAITS[-1], WAITS[-1]]
    assert [wait.total_seconds() for wait in WAITS] == [1, 5, 30, 300]


@given(failures=st.integers(1, 10**9), failed_at=moments, now=moments, same_boot=st.booleans())
def test_nobody_waits_longer_than_five_minutes_whatever_was_stored(
    failures: int, failed_at: timedelta, now: timedelta, same_boot: bool
) -> None:
    tries, wait = wait_left(PinTries(failures, "this" if same_boot else "before", failed_at), "this", now)
    assert timedelta(0) <= wait <= WAITS[-1]
    # Looked at again after that time, it is over: looking does not prolong it.
    assert wait_left(tries, "this", now + wait)[1] == timedelta(0)


def test_a_restart_of_the_machine_does_not_end_the_wait() -> None:
    tries, wait = wait_left(PinTries(4, "before", 1000 * SECOND), "this", 20 * SECOND)
    assert wait == WAITS[-1]
    assert wait_left(tries, "this", 120 * SECOND)[1] == WAITS[-1] - 100 * SECOND
