"""Asking for a code by SMS, and how often one may (SPEC 3.4, 3.5), on both databases."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.orders import LineState
from kiosk.domain.persons import PhoneFault, PhoneInvalid
from kiosk.services.errors import VisitOver
from kiosk.services.keep_visit import end_visit
from kiosk.services.request_code import CaptchaNeeded, CodeTooSoon, TooManyCodes, request_code
from kiosk.services.shop import Shop
from storage.account_tables import code_challenges
from storage.tables import notices
from tests.services.known_people import OURS, OURS_TOO, STRANGERS, ask_code, code_on, open_line, texts_to
from tests.services.small_shop import DAY, MINUTE, SECOND, START, World

HOUR = timedelta(hours=1)


def test_a_code_of_six_digits_goes_to_the_phone_with_what_it_is_for_and_a_warning(world: World, shop: Shop) -> None:
    """SPEC 3.5."""
    open_line(world)
    sent = ask_code(shop, world.visit())
    assert sent.masked_phone == "138****0001"
    assert sent.resend_at == START + 60 * SECOND
    assert sent.expires_at == START + 5 * MINUTE
    [text] = texts_to(shop, OURS)
    assert text == (
        f"验证码 {code_on(shop)}，用于在营业厅终端登录，5 分钟内有效。"
        "请勿告诉任何人，包括工作人员。若非本人操作，请忽略。"
    )


@pytest.mark.parametrize("purpose", CodePurpose)
def test_each_purpose_says_so_in_the_visitors_language(world: World, shop: Shop, purpose: CodePurpose) -> None:
    open_line(world)
    request_code(shop, world.visit(), purpose, str(OURS), captcha_solved=True, language="en", subject="261125000000001")
    [text] = texts_to(shop, OURS)
    words = {
        CodePurpose.SIGN_IN: "sign in",
        CodePurpose.SET_PASSWORD: "set the service password",
        CodePurpose.OPEN_ORDER: "open order 261125000000001",
        CodePurpose.BIND_NUMBER: "this number is yours",
    }
    assert words[purpose] in text
    assert "Tell it to nobody" in text


def test_the_message_is_of_no_use_once_the_code_has_expired(world: World, shop: Shop) -> None:
    open_line(world)
    sent = ask_code(shop, world.visit())
    with shop.database.reading() as connection:
        row = connection.execute(select(notices)).one()
    assert (row.template, row.channel, row.expires_at) == ("sms_code", "sms", sent.expires_at)


@pytest.mark.parametrize("purpose", [CodePurpose.SIGN_IN, CodePurpose.SET_PASSWORD])
@pytest.mark.parametrize("state", [None, LineState.PRE_ACTIVE, LineState.CLOSED])
def test_a_number_that_is_not_ours_is_answered_and_counted_alike_and_gets_nothing(
    world: World, shop: Shop, purpose: CodePurpose, state: LineState | None
) -> None:
    """SPEC 3.6."""
    open_line(world)
    if state is not None:
        open_line(world, STRANGERS, state)
    ours = ask_code(shop, world.visit(), OURS, purpose)
    strangers = ask_code(shop, world.visit(), STRANGERS, purpose)
    assert (ours.resend_at, ours.expires_at) == (strangers.resend_at, strangers.expires_at)
    assert texts_to(shop, STRANGERS) == []
    with shop.database.reading() as connection:
        rows = connection.execute(select(code_challenges)).all()
    first, second = (dict(row._mapping) for row in rows)
    assert {name for name in first if first[name] != second[name]} == {
        "challenge_id",
        "phone_hash",
        "visit_id",
        "code_hash",
    }
    for phone in (OURS, STRANGERS):
        with pytest.raises(CodeTooSoon):
            ask_code(shop, world.visit(), phone, purpose)


@pytest.mark.parametrize("purpose", [CodePurpose.OPEN_ORDER, CodePurpose.BIND_NUMBER])
def test_other_purposes_reach_any_phone(world: World, shop: Shop, purpose: CodePurpose) -> None:
    """SPEC 2.5."""
    ask_code(shop, world.visit(), STRANGERS, purpose)
    assert len(texts_to(shop, STRANGERS)) == 1


def test_what_is_no_phone_is_refused_and_counts_nothing(world: World, shop: Shop) -> None:
    with pytest.raises(PhoneInvalid) as refusal:
        request_code(shop, world.visit(), CodePurpose.SIGN_IN, "1385390", captcha_solved=True, language="zh")
    assert refusal.value.reason is PhoneFault.WRONG_LENGTH
    with shop.database.reading() as connection:
        assert connection.execute(select(code_challenges)).first() is None


def test_another_one_may_be_asked_for_after_a_minute(world: World, shop: Shop) -> None:
    """SPEC 3.5."""
    open_line(world)
    visit = world.visit()
    first = ask_code(shop, visit)
    world.clock.move(60 * SECOND - timedelta(microseconds=1))
    with pytest.raises(CodeTooSoon) as refusal:
        ask_code(shop, visit)
    assert refusal.value.until == first.resend_at
    world.clock.move(timedelta(microseconds=1))
    ask_code(shop, visit)


def test_a_minute_for_one_purpose_is_none_for_another(world: World, shop: Shop) -> None:
    open_line(world)
    ask_code(shop, world.visit())
    ask_code(shop, world.visit(), purpose=CodePurpose.SET_PASSWORD)


def test_a_number_gets_ten_a_day_at_whatever_terminal_and_for_whatever_purpose(world: World, shop: Shop) -> None:
    """SPEC 3.5."""
    open_line(world)
    for place in range(10):
        terminal = world.another_terminal(f"jn01-{place}")
        ask_code(terminal, world.visit(), purpose=list(CodePurpose)[place % 4])
        world.clock.move(MINUTE)
    with pytest.raises(TooManyCodes) as refusal:
        ask_code(shop, world.visit())
    assert refusal.value.until == START + DAY
    ask_code(shop, world.visit(), OURS_TOO)
    world.clock.move(DAY - 10 * MINUTE)
    ask_code(shop, world.visit())


def test_before_a_captcha_a_phone_gets_one_an_hour(world: World, shop: Shop) -> None:
    """SPEC 3.4."""
    ask_code(shop, world.visit(), captcha_solved=False)
    world.clock.move(HOUR - SECOND)
    elsewhere = world.another_terminal("jn01-2")
    with pytest.raises(CaptchaNeeded):
        ask_code(elsewhere, world.visit(), captcha_solved=False)
    ask_code(elsewhere, world.visit(), OURS_TOO, captcha_solved=False)
    world.clock.move(SECOND)
    ask_code(elsewhere, world.visit(), captcha_solved=False)


def test_before_a_captcha_a_terminal_sends_three_an_hour_and_then_asks_for_it(world: World, shop: Shop) -> None:
    """SPEC 3.4."""
    for phone in range(3):
        ask_code(shop, world.visit(), OURS + phone, captcha_solved=False)
    with pytest.raises(CaptchaNeeded):
        ask_code(shop, world.visit(), OURS + 3, captcha_solved=False)
    ask_code(shop, world.visit(), OURS + 3, captcha_solved=True)
    ask_code(world.another_terminal("jn01-2"), world.visit(), OURS + 4, captcha_solved=False)
    world.clock.move(HOUR)
    ask_code(shop, world.visit(), OURS + 3, captcha_solved=False)


def test_even_with_captchas_a_terminal_sends_no_more_than_sixty_an_hour(world: World, shop: Shop) -> None:
    """SPEC 3.4: "get code" is limited per terminal."""
    for phone in range(60):
        ask_code(shop, world.visit(), OURS + phone, captcha_solved=True)
    with pytest.raises(TooManyCodes) as refusal:
        ask_code(shop, world.visit(), OURS + 60, captcha_solved=True)
    assert refusal.value.until == START + HOUR
    ask_code(world.another_terminal("jn01-2"), world.visit(), OURS + 60, captcha_solved=True)
    world.clock.move(HOUR)
    ask_code(shop, world.visit(), OURS + 61, captcha_solved=True)


def test_a_visit_that_is_over_asks_for_nothing(world: World, shop: Shop) -> None:
    visit = world.visit()
    end_visit(shop, visit, "left")
    with pytest.raises(VisitOver):
        ask_code(shop, visit)


def test_codes_from_a_future_that_never_came_limit_nobody(world: World, shop: Shop) -> None:
    """SPEC 7.3: the clock was a year ahead, and has been put right."""
    open_line(world)
    world.clock.move(365 * DAY)
    for _ in range(10):
        ask_code(shop, world.visit())
        world.clock.move(MINUTE)
    world.clock.move(-366 * DAY)
    ask_code(shop, world.visit(), captcha_solved=False)


def test_codes_are_spread_over_all_six_digits(world: World, shop: Shop) -> None:
    open_line(world)
    world.with_rules(code_resend=timedelta(0), codes_per_day=1000)
    codes = []
    for _ in range(60):
        ask_code(world.shop, world.visit())
        codes.append(code_on(world.shop))
        world.clock.move(SECOND)
    assert len(set(codes)) > 55
    assert all(len(Counter(column)) > 5 for column in zip(*codes, strict=True))
