"""The agreements that customers accept are whole, alike in both languages, and true to the rules (SPEC 4.6)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kiosk.domain import agreements
from kiosk.domain.agreements import NUMBER_SELECTION, Agreement
from kiosk.domain.id_documents import ID_TYPES, SELF_SERVICE_AGE
from kiosk.domain.rules import Rules
from kiosk.locale import LANGUAGES
from kiosk.services.read_agreement import read_agreement

AGREEMENTS = [value for value in vars(agreements).values() if isinstance(value, Agreement)]
RULES = Rules()


def minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60


def clauses(text: str) -> dict[str, str]:
    """The clauses by their numbers: `3.1`."""
    return dict(re.findall(r"^(\d+\.\d+) (.+)$", text, re.MULTILINE))


def headings(text: str) -> list[str]:
    return re.findall(r"^(\d+)\. \S", text, re.MULTILINE)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_every_agreement_can_be_read_in_every_language(agreement: Agreement, language: str) -> None:
    first_line = read_agreement(agreement, language).splitlines()[0]
    assert agreement.version in first_line


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_both_languages_have_the_same_sections_and_clauses(agreement: Agreement) -> None:
    chinese, english = (read_agreement(agreement, language) for language in ("zh", "en"))
    assert headings(chinese) == headings(english) == [str(nth) for nth in range(1, len(headings(chinese)) + 1)]
    assert list(clauses(chinese)) == list(clauses(english))
    assert {number.split(".")[0] for number in clauses(chinese)} == set(headings(chinese))


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_a_clause_is_one_line_so_that_the_reader_can_wrap_it(agreement: Agreement, language: str) -> None:
    _title, introduction, *lines = (line for line in read_agreement(agreement, language).splitlines() if line)
    assert len(introduction) > 20
    for line in lines:
        assert re.match(r"\d+\. |\d+\.\d+ ", line), line
        assert line == line.strip()


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.code)
def test_it_is_in_force_from_the_day_its_version_names(agreement: Agreement) -> None:
    day = date.fromisoformat(agreement.version)
    *_, last_chinese = clauses(read_agreement(agreement, "zh")).values()
    *_, last_english = clauses(read_agreement(agreement, "en")).values()
    assert f"{day.year} 年 {day.month} 月 {day.day} 日" in last_chinese
    assert f"{day.day} {day:%B %Y}" in last_english


def promises() -> Iterator[tuple[str, str, str, str]]:
    """Clause, what it is about, and what it must say in Chinese and in English by the default rules."""
    hold, payment = minutes(RULES.hold), minutes(RULES.payment)
    pickup, rest, kept = RULES.pickup.days, RULES.rest.days, RULES.personal_data_kept.days
    holds, numbers = RULES.holds_per_visit, RULES.numbers_per_id
    yield "2.2", "the age", f"{SELF_SERVICE_AGE} 周岁", f"aged {SELF_SERVICE_AGE} or over"
    yield "2.4", "numbers of one document", f"最多可以办理 {numbers} 个", f"at most {numbers} numbers"
    yield "3.1", "the hold", f"保留 {hold} 分钟", f"for {hold} minutes"
    yield "3.2", "numbers held at once", f"最多同时保留 {holds} 个", f"at most {holds} numbers"
    yield "5.1", "the payment", f"{payment} 分钟内", f"within {payment} minutes"
    yield "6.1", "the pickup", f"{pickup} 天内（{pickup} 个 24 小时）", f"{pickup} days ({pickup} times 24 hours)"
    yield "9.5", "the rest", f"停放 {rest} 天", f"rests for {rest} days"
    yield "10.4", "personal data", f"满 {kept} 天后删除", f"erased {kept} days after"


@pytest.mark.parametrize(
    ("clause", "subject", "chinese", "english"), list(promises()), ids=[promise[1] for promise in promises()]
)
def test_the_figures_are_those_of_the_default_rules(clause: str, subject: str, chinese: str, english: str) -> None:
    """SPEC 4.1, 4.4, 4.7, 4.9, 4.11, 7.1: what is promised is what the program does."""
    for language, figure in (("zh", chinese), ("en", english)):
        text = clauses(read_agreement(NUMBER_SELECTION, language))[clause]
        assert figure in text, f"{subject}, {language}: {text}"


def test_it_names_every_document_that_self_service_takes_and_no_other(language: str) -> None:
    text = clauses(read_agreement(NUMBER_SELECTION, language))["2.3"].lower()
    for document in ID_TYPES:
        name = document.name_zh if language == "zh" else document.name_en.lower()
        assert (name in text) == document.self_service, name


def test_it_names_the_service_line_and_the_line_for_complaints(language: str) -> None:
    text = clauses(read_agreement(NUMBER_SELECTION, language))["11.1"]
    assert "10086" in text
    assert "10080" in text
