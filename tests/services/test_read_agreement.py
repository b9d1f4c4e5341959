"""The agreements that customers accept are whole, alike in both languages, and true to the rules (SPEC 4.6)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.domain import agreements
from kiosk.domain.accounts import ACTIVATION_TRIES, UNPROVED_KEPT
from kiosk.domain.agreements import NUMBER_SELECTION, REGISTRATION, SERVICE, Agreement
from kiosk.domain.id_documents import ID_TYPES, SELF_SERVICE_AGE
from kiosk.domain.orders import PickupPolicy
from kiosk.domain.rules import Rules
from kiosk.locale import LANGUAGES
from kiosk.services.read_agreement import read_agreement
from kiosk.services.shop import Shop
from storage.encryption import FieldCipher
from tests.services.small_shop import open_world

AGREEMENTS = [value for value in vars(agreements).values() if isinstance(value, Agreement)]
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
RULES = Rules()
OTHER_RULES = Rules(
    hold=timedelta(minutes=12),
    payment=timedelta(minutes=90),
    pickup=timedelta(days=14),
    rest=timedelta(days=45),
    holds_per_visit=2,
    numbers_per_id=9,
    personal_data_kept=timedelta(days=365),
    activation_valid=timedelta(hours=48),
    activation_resend=timedelta(seconds=90),
    activations_per_day=7,
    password_length=14,
    code_valid=timedelta(minutes=9),
    code_tries=4,
    code_resend=timedelta(seconds=45),
    codes_per_day=20,
    idle=timedelta(seconds=40),
    large_idle=timedelta(seconds=400),
)
LEAST_RULES = Rules(
    hold=MINUTE, payment=MINUTE, pickup=timedelta(days=1), rest=timedelta(days=1), holds_per_visit=1, numbers_per_id=1
)


def clauses(text: str) -> dict[str, str]:
    """The clauses by their numbers: `3.1`."""
    return dict(re.findall(r"^(\d+\.\d+) (.+)$", text, re.MULTILINE))


def headings(text: str) -> list[str]:
    return re.findall(r"^(\d+)\. \S", text, re.MULTILINE)


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path, cipher: FieldCipher) -> Iterator[Shop]:
    """An agreement doesn't depend on the database."""
    world = open_world(sqlite_url, f"sqlite:///{tmp_path / 'bank.sqlite'}", cipher)
    yield world.shop
    world.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_every_agreement_can_be_read_in_every_language(shop: Shop, agreement: Agreement, language: str) -> None:
    first_line = read_agreement(shop, agreement, language).splitlines()[0]
    assert agreement.version in first_line


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_both_languages_have_the_same_sections_and_clauses(shop: Shop, agreement: Agreement) -> None:
    chinese, english = (read_agreement(shop, agreement, language) for language in ("zh", "en"))
    assert headings(chinese) == headings(english) == [str(nth) for nth in range(1, len(headings(chinese)) + 1)]
    assert list(clauses(chinese)) == list(clauses(english))
    assert {number.split(".")[0] for number in clauses(chinese)} == set(headings(chinese))


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_a_clause_is_one_line_so_that_the_reader_can_wrap_it(shop: Shop, agreement: Agreement, language: str) -> None:
    _title, introduction, *lines = (line for line in read_agreement(shop, agreement, language).splitlines() if line)
    assert len(introduction) > 20
    for line in lines:
        assert re.match(r"\d+\. |\d+\.\d+ ", line), line
        assert line == line.strip()


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_it_is_in_force_from_the_day_its_version_names(shop: Shop, agreement: Agreement) -> None:
    day = date.fromisoformat(agreement.version)
    *_, last_chinese = clauses(read_agreement(shop, agreement, "zh")).values()
    *_, last_english = clauses(read_agreement(shop, agreement, "en")).values()
    assert f"{day.year} 年 {day.month} 月 {day.day} 日" in last_chinese
    assert f"{day.day} {day:%B %Y}" in last_english


def promises(shop: Shop) -> Iterator[tuple[str, str, str]]:
    """Clause, and what it must say in Chinese and in English by the rules of the shop; for more than one of each."""
    rules = shop.rules
    hold, payment = rules.hold // MINUTE, rules.payment // MINUTE
    pickup, rest, kept = rules.pickup.days, rules.rest.days, rules.personal_data_kept.days
    holds, numbers = rules.holds_per_visit, rules.numbers_per_id
    yield "2.2", f"{SELF_SERVICE_AGE} 周岁", f"aged {SELF_SERVICE_AGE} or over"
    yield "2.4", f"最多可以办理 {numbers} 个", f"at most {numbers} numbers"
    yield "3.1", f"保留 {hold} 分钟", f"for {hold} minutes"
    yield "3.2", f"最多同时保留 {holds} 个", f"at most {holds} numbers at a time"
    yield "3.2", f"不超过 {holds} 个", f"at most {holds} together"
    yield "5.1", f"{payment} 分钟内", f"within {payment} minutes"
    yield "6.1", f"{pickup} 天内（{pickup} 个 24 小时）", f"{pickup} days ({pickup} periods of 24 hours)"
    yield "9.5", f"停放 {rest} 天", f"rests for {rest} days"
    yield "10.4", f"满 {kept} 天后删除", f"erased {kept} days after"


@pytest.mark.parametrize("rules", [RULES, OTHER_RULES], ids=["the defaults", "other settings"])
def test_the_figures_are_those_in_force_at_the_shop(shop: Shop, rules: Rules) -> None:
    """SPEC 4.1, 4.4, 4.7, 4.9, 4.11, 7.1: what is promised is what the program does, whatever the settings."""
    shop = replace(shop, rules=rules)
    chinese, english = (clauses(read_agreement(shop, NUMBER_SELECTION, language)) for language in ("zh", "en"))
    for clause, in_chinese, in_english in promises(shop):
        assert in_chinese in chinese[clause]
        assert in_english in english[clause]


def registration_promises(rules: Rules) -> Iterator[tuple[str, str, str]]:
    hours, resend, mails = (
        rules.activation_valid // (60 * MINUTE),
        rules.activation_resend // SECOND,
        rules.activations_per_day,
    )
    idle, large_idle, kept = rules.idle // SECOND, rules.large_idle // SECOND, UNPROVED_KEPT.days
    yield "3.2", f"{hours} 小时内", f"good for {hours} hours"
    yield "3.2", f"输错 {ACTIVATION_TRIES} 次", f"wrong {ACTIVATION_TRIES} times"
    yield "3.3", f"间隔 {resend} 秒", f"after {resend} seconds"
    yield "3.3", f"最多发送 {mails} 封", f"at most {mails} e-mails"
    yield "3.4", f"{kept} 天内没有激活", f"within {kept} days"
    yield "4.1", f"至少 {rules.password_length} 个字符", f"at least {rules.password_length} characters"
    yield "4.5", f"{idle} 秒（大字模式 {large_idle} 秒", f"{idle} seconds without a touch ({large_idle} seconds"
    yield "6.6", f"{kept} 天后删除", f"after {kept} days"


def service_promises(rules: Rules) -> Iterator[tuple[str, str, str]]:
    minutes, resend = rules.code_valid // MINUTE, rules.code_resend // SECOND
    idle, large_idle = rules.idle // SECOND, rules.large_idle // SECOND
    yield "3.1", f"{minutes} 分钟内有效", f"good for {minutes} minutes"
    yield "3.1", f"输错 {rules.code_tries} 次", f"wrong {rules.code_tries} times"
    yield "3.2", f"间隔 {resend} 秒", f"after {resend} seconds"
    yield "3.2", f"最多获取 {rules.codes_per_day} 次", f"at most {rules.codes_per_day} codes"
    yield "3.3", f"至少 {rules.password_length} 个字符", f"at least {rules.password_length} characters"
    yield "5.1", f"{idle} 秒（大字模式 {large_idle} 秒", f"{idle} seconds without a touch ({large_idle} seconds"


@pytest.mark.parametrize("rules", [RULES, OTHER_RULES], ids=["the defaults", "other settings"])
def test_registering_and_signing_in_promise_the_limits_in_force(shop: Shop, rules: Rules) -> None:
    """SPEC 3.1 to 3.6, 7.1: as above, for the agreements about accounts."""
    shop = replace(shop, rules=rules)
    for agreement, promised in ((REGISTRATION, registration_promises(rules)), (SERVICE, service_promises(rules))):
        chinese, english = (clauses(read_agreement(shop, agreement, language)) for language in ("zh", "en"))
        for clause, in_chinese, in_english in promised:
            assert in_chinese in chinese[clause]
            assert in_english in english[clause]


@pytest.mark.parametrize("agreement", [REGISTRATION, SERVICE], ids=lambda agreement: agreement.code)
def test_they_name_the_laws_that_they_rest_on_and_where_to_complain(shop: Shop, agreement: Agreement) -> None:
    chinese, english = (read_agreement(shop, agreement, language) for language in ("zh", "en"))
    for law_zh, law_en in (
        ("《中华人民共和国个人信息保护法》", "Personal Information Protection Law"),
        ("《中华人民共和国电子商务法》", "E-Commerce Law"),
        ("《中华人民共和国反电信网络诈骗法》", "Anti-Telecom and Online Fraud Law"),
        ("10086", "10086"),
        ("10080", "10080"),
        ("12300", "12300"),
    ):
        assert law_zh in chinese
        assert law_en in english


def test_one_of_a_thing_is_named_in_the_singular(shop: Shop) -> None:
    text = clauses(read_agreement(replace(shop, rules=LEAST_RULES), NUMBER_SELECTION, "en"))
    assert "at most 1 number, counting" in text["2.4"]
    assert "for 1 minute;" in text["3.1"]
    assert "at most 1 number at a time" in text["3.2"]
    assert "within 1 day (1 period of 24 hours) of" in text["6.1"]


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_nothing_is_left_to_be_filled_in(shop: Shop, agreement: Agreement, language: str) -> None:
    assert not re.search(r"[{}]", read_agreement(shop, agreement, language))


def test_it_tells_what_becomes_of_an_uncollected_card_under_either_policy(shop: Shop) -> None:
    """SPEC 4.9: clause 7.2 is the one policy, 7.3 the other, and says that it takes the place of 7.2."""
    for policy in PickupPolicy:
        text = clauses(
            read_agreement(replace(shop, rules=replace(RULES, pickup_policy=policy)), NUMBER_SELECTION, "en")
        )
        assert "becomes active by itself" in text["7.2"]
        assert "cancelled and refunded in full" in text["7.3"]
        assert "replaces clause 7.2" in text["7.3"]


def test_it_names_every_document_that_self_service_takes_and_no_other(shop: Shop, language: str) -> None:
    text = clauses(read_agreement(shop, NUMBER_SELECTION, language))["2.3"].lower()
    for document in ID_TYPES:
        name = document.name_zh if language == "zh" else document.name_en.lower()
        assert (name in text) == document.self_service, name


def test_it_names_the_service_line_and_the_line_for_complaints(shop: Shop, language: str) -> None:
    text = clauses(read_agreement(shop, NUMBER_SELECTION, language))["11.1"]
    assert "10086" in text
    assert "10080" in text
