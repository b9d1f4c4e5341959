"""The help is whole, alike in both languages, and true to the rules and to what the screens say (SPEC 2.4, 7.1)."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import kiosk
from kiosk.domain.features import Feature
from kiosk.domain.help import Block, BlockKind, Section, Topic
from kiosk.domain.orders import PickupPolicy
from kiosk.domain.rules import Rules
from kiosk.locale import LANGUAGES
from kiosk.services.errors import TopicUnknown
from kiosk.services.figures import figures
from kiosk.services.read_help import list_topics, read_topic
from kiosk.services.search_help import search_help
from kiosk.services.shop import Shop
from storage.encryption import FieldCipher
from tests.services.small_shop import open_world

FOLDER = Path(kiosk.__file__).parent / "locale/help"
SOURCES = sorted(FOLDER.rglob("*.md"))
EVERYTHING = Rules(offers=frozenset(Feature))
LEAST_NOTHING = Rules(offers=frozenset())
HOT_LINES = {"10086", "10080"}
STEP_MARK = re.compile(r"^\d+\. ", re.MULTILINE)
WRITTEN_OUT = re.compile(r"[一二三四五六七八九十两百]+\s*(?:分钟|秒|个?小时|天)")
QUOTED = re.compile(r"“([^”]+)”")
NAMED_BY_THE_LANGUAGE = {"English", "中文"}
"""Labels that aren't translated: each language is offered in its own words."""


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path, cipher: FieldCipher) -> Iterator[Shop]:
    """The help doesn't depend on the database."""
    world = open_world(sqlite_url, f"sqlite:///{tmp_path / 'bank.sqlite'}", cipher)
    yield replace(world.shop, rules=EVERYTHING)
    world.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def topics(shop: Shop, language: str) -> dict[str, Topic]:
    return {topic.key: topic for topic in list_topics(shop, language)}


def whole_text(shop: Shop, language: str) -> str:
    return "\n".join(
        text for topic in list_topics(shop, language) for text in (topic.title, *(block.text for block in topic.blocks))
    )


def test_each_of_the_five_sections_has_topics(shop: Shop, language: str) -> None:
    """SPEC 2.4, also in a shop that offers nothing but numbers to collect."""
    for rules in (EVERYTHING, Rules(), LEAST_NOTHING):
        shop = replace(shop, rules=rules)
        assert {topic.section for topic in list_topics(shop, language)} == set(Section)


def test_the_new_users_guide_tells_what_the_specification_names(shop: Shop) -> None:
    """SPEC 2.4: registering, the four ways to sign in, a number with pickup and with delivery, a handset."""
    guide = {key for key, topic in topics(shop, "zh").items() if topic.section is Section.GUIDE}
    assert guide >= {
        "guide/register",
        "guide/sign-in",
        "guide/buy-number",
        "guide/buy-number-delivered",
        "guide/buy-handset",
    }
    ways = {block.anchor for block in topics(shop, "zh")["guide/sign-in"].blocks}
    assert ways >= {"code", "password", "both", "member"}


def shape(block: Block) -> tuple[BlockKind, str, int]:
    return block.kind, block.anchor, block.place


def test_both_languages_have_the_same_topics_passages_and_figures(shop: Shop) -> None:
    chinese, english = topics(shop, "zh"), topics(shop, "en")
    assert list(chinese) == list(english)
    for key, topic in chinese.items():
        other = english[key]
        assert (topic.needs, topic.see) == (other.needs, other.see), key
        assert [shape(block) for block in topic.blocks] == [shape(block) for block in other.blocks], key


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_two_files_of_a_topic_name_the_same_figures_and_conditions(source: Path) -> None:
    language = source.suffixes[0]
    other = source.with_name(source.name.replace(language, ".en" if language == ".zh" else ".zh"))
    named = [
        {name for _, name, _, _ in Formatter().parse(re.sub(r"\{#[a-z-]+\}", "", path.read_text("utf-8"))) if name}
        for path in (source, other)
    ]
    assert named[0] == named[1] <= set(figures(Rules()))
    conditions = [re.findall(r"^::: (\S+)", path.read_text("utf-8"), re.MULTILINE) for path in (source, other)]
    assert conditions[0] == conditions[1]
    assert set(conditions[0]) <= {*Feature, *PickupPolicy}


def test_topics_refer_to_topics_that_are_there(shop: Shop, language: str) -> None:
    there = topics(shop, language)
    for key, topic in there.items():
        assert set(topic.see) <= set(there) - {key}, key
        assert topic.see, key
        assert topic.needs <= set(Feature), key
        anchors = [block.anchor for block in topic.blocks if block.anchor]
        assert len(anchors) == len(set(anchors)), key


def test_a_topic_has_enough_to_say_and_words_by_which_it_is_called(shop: Shop, language: str) -> None:
    for key, topic in topics(shop, language).items():
        assert sum(len(block.text) for block in topic.blocks) >= 60, key
        assert topic.words, key


def test_what_a_shop_does_not_offer_is_not_in_its_help(shop: Shop, language: str) -> None:
    everything = topics(shop, language)
    for feature in Feature:
        offered = replace(shop, rules=Rules(offers=frozenset(Feature) - {feature}))
        left = topics(offered, language)
        assert left.keys() == {key for key, topic in everything.items() if feature not in topic.needs}
        for gone in everything.keys() - left.keys():
            with pytest.raises(TopicUnknown):
                read_topic(offered, gone, language)
        assert len(whole_text(offered, language)) < len(whole_text(shop, language)), feature
    fee = {"zh": "送货费", "en": "delivery fee"}[language]
    assert fee in whole_text(shop, language)
    assert fee not in whole_text(replace(shop, rules=Rules()), language)


def test_a_code_to_take_away_is_promised_only_where_there_is_a_mall(shop: Shop, language: str) -> None:
    """SPEC 2.3, 2.4: nor is the help on favourites found by it."""
    code = {"zh": "二维码", "en": "QR code"}[language]
    without = replace(shop, rules=replace(EVERYTHING, offers=EVERYTHING.offers - {Feature.MALL}))
    for where, is_promised in ((shop, True), (without, False)):
        assert (code in read_all(where, "questions/favourites", language)) is is_promised
        found = {hit.key for hit in search_help(where, code, language)}
        assert ("questions/favourites" in found) is is_promised


def test_today_numbers_are_collected_and_accounts_are_there(shop: Shop) -> None:
    keys = topics(replace(shop, rules=Rules()), "zh").keys()
    assert {"guide/register", "guide/sign-in", "questions/code"} <= keys
    assert not {"guide/buy-number-delivered", "guide/buy-handset", "delivery/home"} & keys


def test_what_becomes_of_a_card_that_is_not_collected_is_the_policy_in_force(shop: Shop) -> None:
    """SPEC 4.9."""
    text = {
        policy: read_all(replace(shop, rules=replace(EVERYTHING, pickup_policy=policy)), "delivery/overdue")
        for policy in PickupPolicy
    }
    assert "自动激活" in text[PickupPolicy.ACTIVATE]
    assert "全额原路退回" not in text[PickupPolicy.ACTIVATE]
    assert "全额原路退回" in text[PickupPolicy.CANCEL_AND_REFUND]
    assert "自动激活" not in text[PickupPolicy.CANCEL_AND_REFUND]


def read_all(shop: Shop, key: str, language: str = "zh") -> str:
    return "\n".join(block.text for block in read_topic(shop, key, language).blocks)


# The figures

CHANGES: dict[str, tuple[object, str, str]] = {
    "hold": (timedelta(minutes=17), "17 分钟", "17 minutes"),
    "more_time": (timedelta(minutes=13), "13 分钟", "13 more minutes"),
    "more_times": (4, "最多 4 次", "at most 4 times"),
    "payment": (timedelta(minutes=19), "19 分钟", "19 minutes"),
    "pickup": (timedelta(days=11), "11 天", "11 days"),
    "rest": (timedelta(days=23), "23 天", "23 days"),
    "holds_per_visit": (8, "8 个号码", "8 numbers"),
    "numbers_per_id": (12, "12 个号码", "12 numbers"),
    "idle": (timedelta(seconds=77), "77 秒", "77 seconds"),
    "large_idle": (timedelta(seconds=199), "199 秒", "199 seconds"),
    "personal_data_kept": (timedelta(days=41), "41 天", "41 days"),
    "code_valid": (timedelta(minutes=21), "21 分钟", "21 minutes"),
    "code_tries": (6, "试 6 次", "6 attempts"),
    "code_resend": (timedelta(seconds=83), "83 秒", "83 seconds"),
    "codes_per_day": (14, "最多获取 14 次", "14 codes a day"),
    "activation_valid": (timedelta(hours=37), "37 小时", "37 hours"),
    "activation_resend": (timedelta(seconds=91), "91 秒", "91 seconds"),
    "activations_per_day": (9, "最多发 9 次", "9 times a day"),
    "password_length": (15, "15 个字符", "15 characters"),
}
UNSAID = {"sim_fee_fen", "idle_paying", "idle_warning", "large_idle_warning", "codes_before_captcha"} | {
    "favourites_per_account",
    "addresses_per_account",
}
"""Rules that help tells in words, or not at all."""


def test_every_rule_is_told_or_known_not_to_be() -> None:
    assert {field.name for field in fields(Rules)} - UNSAID - {"pickup_policy", "offers"} == CHANGES.keys()


@pytest.mark.parametrize("rule", CHANGES)
def test_the_help_says_what_is_set(shop: Shop, rule: str) -> None:
    """SPEC 7.1: all configurable, and shown as they are. Another value is told wherever it is told at all."""
    value, in_chinese, in_english = CHANGES[rule]
    changed = replace(shop, rules=replace(EVERYTHING, **{rule: value}))
    for language, wanted in (("zh", in_chinese), ("en", in_english)):
        assert wanted not in whole_text(shop, language)
        assert wanted in whole_text(changed, language)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_figure_is_written_into_a_page(source: Path) -> None:
    """Only numbers to call, and those in the names of buttons."""
    text = STEP_MARK.sub("", QUOTED.sub("", source.read_text("utf-8")))
    assert set(re.findall(r"\d+", text)) <= HOT_LINES
    assert not WRITTEN_OUT.search(text), WRITTEN_OUT.search(text)


def test_nothing_is_left_to_be_filled_in(shop: Shop, language: str) -> None:
    assert not re.search(r"[{}]|:::", whole_text(shop, language))


def test_one_of_a_thing_is_named_in_the_singular(shop: Shop) -> None:
    text = whole_text(replace(shop, rules=replace(EVERYTHING, payment=timedelta(minutes=1), code_tries=1)), "en")
    assert "within 1 minute of" in text
    assert "You have 1 attempt with" in text


# The screens


def labels(language: str) -> set[str]:
    """What the program says, its values left out."""
    with (FOLDER.parent / "en/LC_MESSAGES/kiosk.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.id]
    texts = {str(message.id if language == "zh" else message.string) for message in messages}
    return {re.sub(r"\{\w+\}", "{}", text) for text in texts} | NAMED_BY_THE_LANGUAGE


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_is_quoted_is_what_a_screen_says(source: Path) -> None:
    """Quotation marks are kept for buttons and messages, which must be there under that name."""
    known = labels(source.suffixes[0].removeprefix("."))
    for quoted in QUOTED.findall(source.read_text("utf-8")):
        wanted = re.sub(r"\{[\w:]+\}", "{}", quoted)
        assert any(label == wanted or label.startswith(f"{wanted}，") for label in known), quoted


def test_it_says_in_chinese_only_what_is_chinese(shop: Shop) -> None:
    assert not re.search(r"[\u3400-\u9fff]", QUOTED.sub("", whole_text(shop, "en")))
    assert not re.search(r"[,;!?]", whole_text(shop, "zh")), "punctuation of Chinese texts is full-width"
