"""What may be asked of the stock of numbers (SPEC 4.1)."""

from typing import Any

import pytest

from kiosk.domain.number_offers import PrepaymentReturn, SoldBy
from kiosk.domain.number_query import (
    MOST_ROWS,
    PRICE_BANDS,
    NumberPage,
    NumberQuery,
    NumberRow,
    NumberState,
    QueryField,
    QueryInvalid,
)


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ({"prefixes": frozenset({"13"})}, QueryField.PREFIXES),
        ({"prefixes": frozenset({"138", "13853171"})}, QueryField.PREFIXES),
        ({"prefixes": frozenset({"238"})}, QueryField.PREFIXES),
        ({"prefixes": frozenset({"13８"})}, QueryField.PREFIXES),
        ({"prefixes": frozenset({""})}, QueryField.PREFIXES),
        ({"tail": "8a"}, QueryField.TAIL),
        ({"tail": "８８"}, QueryField.TAIL),
        ({"tail": "8\n"}, QueryField.TAIL),
        ({"tail": "8" * 12}, QueryField.TAIL),
        ({"contains": "1 3"}, QueryField.CONTAINS),
        ({"contains": "8" * 10_000}, QueryField.CONTAINS),
        ({"at": "1__5___88_"}, QueryField.AT),
        ({"at": "1__5___88__8"}, QueryField.AT),
        ({"at": "1**5***88**"}, QueryField.AT),
        ({"patterns": frozenset({"AAA", "AAAAAAAA"})}, QueryField.PATTERNS),
        ({"price_min_fen": -1}, QueryField.PRICE),
        ({"price_max_fen": -1}, QueryField.PRICE),
        ({"price_min_fen": 2, "price_max_fen": 1}, QueryField.PRICE),
        ({"limit": 0}, QueryField.LIMIT),
        ({"limit": MOST_ROWS + 1}, QueryField.LIMIT),
    ],
)
def test_a_condition_without_a_meaning_is_refused_by_name(condition: dict[str, Any], field: QueryField) -> None:
    with pytest.raises(QueryInvalid) as refusal:
        NumberQuery(**condition)
    assert refusal.value.field is field


def test_every_condition_of_the_specification_can_be_asked_at_once() -> None:
    NumberQuery(
        city_adcode=370100,
        prefixes=frozenset({"138", "1385", "1595317"}),
        tail="88",
        contains="17",
        at="1__5___88__",
        no_4=True,
        patterns=frozenset({"AAA", "LUCKY"}),
        price_min_fen=0,
        price_max_fen=0,
    )


def test_no_price_is_in_two_bands_and_every_price_is_in_one() -> None:
    for price in (0, 1, 50_00, 100_00, 100_01, 500_00, 500_01, 1_000_00, 1_000_01, 20_000_00):
        holding = [
            band
            for band in PRICE_BANDS
            if (band.min_fen is None or band.min_fen <= price) and (band.max_fen is None or price <= band.max_fen)
        ]
        assert len(holding) == 1


def page(*, listed: int, first: int, limit: int = 20) -> NumberPage:
    return NumberPage(total=listed, listed=listed, first=first, limit=limit, numbers=(), next=None)


@pytest.mark.parametrize(
    ("listed", "first", "place"),
    [(0, 0, (1, 1)), (1, 1, (1, 1)), (20, 1, (1, 1)), (21, 1, (1, 2)), (842, 21, (2, 43)), (30, 41, (3, 3))],
)
def test_a_page_knows_its_place_among_all(listed: int, first: int, place: tuple[int, int]) -> None:
    """LOOK: "2 / 43"; when numbers went meanwhile there are at least as many pages as this one's place."""
    shown = page(listed=listed, first=first)
    assert (shown.page, shown.pages) == place


def test_a_row_makes_the_offer_that_prices_are_worked_out_from() -> None:
    row = NumberRow(
        msisdn=13853178888,
        city_adcode=370100,
        pattern="AAAA",
        tier=2,
        prepayment_fen=8_000_00,
        monthly_minimum_fen=498_00,
        term_months=60,
        prepayment_return=PrepaymentReturn.MONTHLY_24,
        sold_by=SoldBy.MANAGER,
        state=NumberState.AVAILABLE,
        free_at=None,
    )
    assert row.offer.prepayment_fen == 8_000_00
    assert row.offer.term_months == 60
    assert not row.self_service
