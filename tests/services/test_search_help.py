"""The help is found by word, by pinyin and by initials, titles first (SPEC 2.4)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from kiosk.domain.features import Feature
from kiosk.domain.rules import Rules
from kiosk.domain.spelling import initials, spell
from kiosk.locale import LANGUAGES
from kiosk.services.read_help import list_topics
from kiosk.services.search_help import search_help
from kiosk.services.shop import Shop
from storage.encryption import FieldCipher
from tests.services.small_shop import open_world

EVERYTHING = Rules(offers=frozenset(Feature))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, cipher: FieldCipher) -> Iterator[Shop]:
    """Searching doesn't depend on the database."""
    folder = tmp_path_factory.mktemp("help")
    world = open_world(f"sqlite:///{folder}/kiosk.sqlite", f"sqlite:///{folder}/bank.sqlite", cipher)
    yield replace(world.shop, rules=EVERYTHING)
    world.close()


def found(shop: Shop, query: str, language: str = "zh") -> list[str]:
    return [hit.key for hit in search_help(shop, query, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_found_by_its_title_its_words_and_the_initials_of_its_title(shop: Shop, language: str) -> None:
    for topic in list_topics(shop, language):
        units = spell(topic.title, lazy_pinyin)
        assert topic.key == found(shop, topic.title, language)[0]
        assert topic.key in found(shop, initials(units), language)
        assert topic.key in found(shop, "".join(unit.letters for unit in units), language)
        for word in topic.words:
            assert topic.key in found(shop, word, language), word


@pytest.mark.parametrize("query", ["支付", "zhifu", "zhif", "zf", "ZF", "zhi fu", " zf "])
def test_pinyin_and_initials_find_what_the_word_finds_first(shop: Shop, query: str) -> None:
    assert found(shop, query)[0] == "payment/paying"


@pytest.mark.parametrize(("query", "first"), [("refund", "after_sales/refund"), ("refu", "after_sales/refund")])
def test_english_words_are_found_by_their_beginning(shop: Shop, query: str, first: str) -> None:
    assert found(shop, query, "en")[0] == first
    assert found(shop, "efund", "en") == []


@pytest.mark.parametrize("query", ["发票", "fapiao", "fp", "invoice", "Invo"])
def test_a_topic_is_found_in_chinese_by_its_english_names_too(shop: Shop, query: str) -> None:
    assert found(shop, query)[0] == "payment/invoice"


@pytest.mark.parametrize("query", ["tk", "tuikuan", "refund", "退款"])
def test_whoever_wants_their_money_back_finds_refunds_first_and_how_to_cancel(shop: Shop, query: str) -> None:
    keys = found(shop, query)
    assert keys[0] == "after_sales/refund"
    assert "after_sales/cancel" in keys


def test_titles_come_before_passages(shop: Shop) -> None:
    hits = search_help(shop, "退款", "zh")
    in_title = ["退款" in hit.title for hit in hits]
    assert in_title[0]
    assert not in_title[-1]
    assert in_title == sorted(in_title, reverse=True)


def test_a_hit_shows_the_passage_that_matched_and_the_heading_above_it(shop: Shop) -> None:
    hit = next(hit for hit in search_help(shop, "tuikuan", "zh") if hit.key == "after_sales/cancel")
    assert hit.passage[slice(*hit.span)] == "退款"
    assert hit.anchor == "paid"
    topic = next(topic for topic in list_topics(shop, "zh") if topic.key == hit.key)
    assert hit.passage in {block.text for block in topic.blocks}


def test_every_word_must_be_somewhere_in_the_topic(shop: Shop) -> None:
    assert set(found(shop, "退款 取消")) <= set(found(shop, "退款")) & set(found(shop, "取消"))
    assert found(shop, "退款 取消")
    assert found(shop, "退款 鲸鱼") == []


@pytest.mark.parametrize("query", ["", "  ", "鲸鱼", "jingyu", "qqqq", "。。。", "%", "_"])
def test_what_is_not_there_finds_nothing(shop: Shop, query: str) -> None:
    assert found(shop, query) == []


def test_what_the_shop_does_not_offer_is_not_found(shop: Shop) -> None:
    assert "guide/buy-handset" in found(shop, "maishouji")
    assert "guide/buy-handset" not in found(replace(shop, rules=Rules()), "maishouji")


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_finds_topics_at_most_once_and_spans_within_their_passages(
    shop: Shop, query: str, language: str
) -> None:
    hits = search_help(shop, query, language)
    assert len({hit.key for hit in hits}) == len(hits)
    for hit in hits:
        assert 0 <= hit.span[0] <= hit.span[1] <= len(hit.passage)
