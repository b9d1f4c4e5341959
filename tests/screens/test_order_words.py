"""What an order to collect says of its deadline, on a receipt, in a list and where one is scanned (SPEC 4.7)."""

from datetime import UTC, datetime

import pytest

from kiosk.locale import Translator
from kiosk.services.track_order import Standing, TrackedOrder
from screens.order_words import words_of_order


@pytest.mark.parametrize(
    ("activates_by_itself", "zh", "en"),
    [
        (True, "逾期未取，号码自动激活并开始计费。", "it is activated by itself and billing starts."),
        (False, "逾期未取，订单取消并全额退款。", "the order is cancelled and refunded in full."),
    ],
)
def test_an_order_to_collect_says_what_happens_if_it_is_not(activates_by_itself: bool, zh: str, en: str) -> None:
    until = datetime(2026, 1, 9, 4, 0, tzinfo=UTC)
    order = TrackedOrder("1", Standing.TO_COLLECT, until, activates_by_itself=activates_by_itself)
    for language, text in (("zh", zh), ("en", en)):
        last = words_of_order(Translator(language), order).steps[-1]
        assert last.endswith(text)
        assert "2026-01-09 12:00" in last
