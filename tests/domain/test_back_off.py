"""Failed sign-ins wait longer and longer, and never for good (SPEC 3.6)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.back_off import PACES, Failures, Pace, Subject, waits_until, with_one_less, with_one_more

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOBODY = Failures(0, NOW, NOW)

paces = st.sampled_from(list(PACES.values()))
spans = st.timedeltas(timedelta(0), timedelta(days=400))


def fail(pace: Pace, times: int, known: Failures = NOBODY) -> Failures:
    """So many failures, each at the first moment at which it may be tried."""
    now = known.free_at
    for _ in range(times):
        known = with_one_more(known, pace, now)
        now = known.free_at
    return known


def test_a_person_mistypes_three_times_and_then_waits_longer_and_longer_up_to_half_an_hour() -> None:
    pace = PACES[Subject.ACCOUNT]
    waits = [pace.wait_after(failures) // SECOND for failures in range(13)]
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1800, 1800]
    assert pace.most == 11


def test_a_terminal_that_everybody_shares_waits_later_and_for_less_long() -> None:
    pace = PACES[Subject.TERMINAL]
    waits = [pace.wait_after(failures) // SECOND for failures in range(9, 18)]
    assert waits == [0, 0, 15, 30, 60, 120, 240, 300, 300]


@given(paces, st.integers(0, 10**6))
def test_no_wait_is_longer_than_the_ceiling_or_shorter_than_the_one_before(pace: Pace, failures: int) -> None:
    assert pace.wait_after(failures) <= pace.wait_after(failures + 1) <= pace.longest
    assert pace.wait_after(pace.most) == pace.longest
    assert pace.wait_after(pace.most - 1) < pace.longest


@given(paces, st.lists(spans, max_size=60), spans)
def test_whatever_happened_nobody_is_locked_out_beyond_the_ceiling(
    pace: Pace, gaps: list[timedelta], later: timedelta
) -> None:
    """Also by failures that were counted while they had to wait, at any pace."""
    known, now = NOBODY, NOW
    for gap in gaps:
        now += gap
        known = with_one_more(known, pace, now)
    assert waits_until(known, pace, now + pace.longest) is None
    assert known.count <= pace.most
    assert known.fades_from <= now
    until = waits_until(known, pace, now + later)
    assert until is None or now + later < until <= now + pace.longest


@given(paces, st.integers(1, 40), spans)
def test_failures_fade_one_by_one(pace: Pace, times: int, quiet: timedelta) -> None:
    known = fail(pace, times)
    now = known.free_at + quiet
    left = max(known.count - (now - known.fades_from) // pace.fade, 0)
    assert with_one_more(known, pace, now).count == min(left + 1, pace.most)


def test_who_comes_often_is_forgiven_too() -> None:
    """A success every two minutes counts a failure, and takes it back, before three minutes have passed."""
    pace = PACES[Subject.TERMINAL]
    known, now = fail(pace, pace.most), fail(pace, pace.most).free_at
    for _ in range(40):
        now += timedelta(minutes=2)
        known = with_one_less(with_one_more(known, pace, now), now)
    assert known.count == 0


@given(paces, st.integers(0, 40))
def test_a_success_takes_its_own_failure_back(pace: Pace, times: int) -> None:
    known = fail(pace, times)
    now = known.free_at
    after = with_one_less(with_one_more(known, pace, now), now)
    assert waits_until(after, pace, now) is None
    assert after.count <= known.count


@pytest.mark.parametrize("subject", Subject)
@given(times=st.integers(1, 40), ahead=st.timedeltas(timedelta(days=1), timedelta(days=4000)))
def test_a_clock_that_was_ahead_locks_nobody_out(subject: Subject, times: int, ahead: timedelta) -> None:
    """SPEC 7.3: counted in a future that never came, the failures remain and the wait doesn't."""
    pace = PACES[subject]
    known = fail(pace, times, Failures(0, NOW + ahead, NOW + ahead))
    assert waits_until(known, pace, NOW) is None
    again = with_one_more(known, pace, NOW)
    assert again.count == min(known.count + 1, pace.most)
    assert again.free_at <= NOW + pace.longest
