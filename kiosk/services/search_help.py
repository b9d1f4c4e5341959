"""Looking something up in the help: by a word, by full pinyin, or by the first letters of either (SPEC 2.4).

Nothing of what is typed is kept: what is remembered is how the help itself is spelled.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from kiosk.domain.help import BlockKind, Topic
from kiosk.domain.rules import Rules
from kiosk.domain.spelling import Span, Unit, find_spelled, spell
from kiosk.services.read_help import topics_in_force
from kiosk.services.shop import Shop

_KEPT: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"[a-z]+")
_LEAST_INITIALS: Final = 2
"""A single first letter would find nearly everything."""


class _Rank(IntEnum):
    """Where a word was found, the best first."""

    TITLE = 0
    WORD = 1
    HEADING = 2
    BODY = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that was found, the passage that matched, and where in it; `anchor` is the heading above it.

    Where the title matched, the passage is what the topic begins with, and the place in it is none.
    """

    key: str
    title: str
    passage: str
    span: Span
    anchor: str


@dataclass(frozen=True, slots=True)
class _Passage:
    """A line of a topic with its spelling."""

    rank: _Rank
    text: str
    units: tuple[Unit, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A topic as it is searched."""

    topic: Topic
    passages: tuple[_Passage, ...]


def search_help(shop: Shop, query: str, language: str) -> tuple[Hit, ...]:
    """The topics in which every word of `query` is found, those with it in the title first; none for an empty one.

    A Chinese word is found anywhere, a Latin one where a word begins with it; letters also as pinyin, in titles,
    headings and `words` by the first letters alone. In Chinese the English title and `words` find a topic too.
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", query).lower())
    # Pinyin may be typed with blanks between the syllables.
    readings = [words]
    if len(words) > 1 and all(_LETTERS.fullmatch(word) for word in words):
        readings.append(["".join(words)])
    found: list[tuple[tuple[int, ...], int, Hit]] = []
    for order, entry in enumerate(_entries(shop.rules, language)):
        ranked = [each for reading in readings if (each := _look_up(entry, reading)) is not None]
        if ranked:
            rank, hit = min(ranked, key=lambda each: each[0])
            found.append((rank, order, hit))
    return tuple(hit for _, _, hit in sorted(found, key=lambda each: each[:2]))


def _look_up(entry: _Entry, words: Sequence[str]) -> tuple[tuple[int, ...], Hit] | None:
    """The best passage for the words, if each is somewhere in the topic, with how good it is."""
    best: tuple[tuple[int, ...], _Passage, Span] | None = None
    for word in words:
        places = [
            ((passage.rank, how, span[0], -len(words)), passage, span)
            for passage in entry.passages
            if (found := _find(word, passage)) is not None
            for how, span in [found]
        ]
        if not places:
            return None
        first = min(places, key=lambda place: place[0])
        # What is worst decides how good the topic is; what is said of it is where the rarest word stands.
        best = first if best is None or first[0] > best[0] else best
    if best is None:
        return None
    rank, passage, span = best
    if passage.rank in {_Rank.TITLE, _Rank.WORD}:
        return rank, Hit(entry.topic.key, entry.topic.title, entry.topic.summary, (0, 0), "")
    return rank, Hit(entry.topic.key, entry.topic.title, passage.text, span, passage.anchor)


def _find(word: str, passage: _Passage) -> tuple[int, Span] | None:
    """How well, and where, a word is in a passage."""
    if not _LETTERS.fullmatch(word):
        at = passage.text.lower().find(word)
        return None if at < 0 else (0, (at, at + len(word)))
    for unit in passage.units:
        if unit.letters.startswith(word) and unit.end - unit.begin > 1:
            return 0, (unit.begin, unit.end)
    span = find_spelled(word, passage.units)
    if span is not None:
        return 1, span
    if passage.rank is _Rank.BODY or len(word) < _LEAST_INITIALS:
        return None
    span = find_spelled(word, passage.units, briefly=True)
    return None if span is None else (2, span)


@lru_cache(maxsize=_KEPT)
def _entries(rules: Rules, language: str) -> tuple[_Entry, ...]:
    also = topics_in_force(rules, "en") if language == "zh" else {}
    return tuple(
        _Entry(topic, (*_passages(topic), *_called(also.get(key))))
        for key, topic in topics_in_force(rules, language).items()
    )


def _passages(topic: Topic) -> Iterator[_Passage]:
    yield _spelled(_Rank.TITLE, topic.title, "")
    for word in topic.words:
        yield _spelled(_Rank.WORD, word, "")
    anchor = ""
    for block in topic.blocks:
        is_heading = block.kind is BlockKind.HEADING
        anchor = block.anchor if is_heading else anchor
        yield _spelled(_Rank.HEADING if is_heading else _Rank.BODY, block.text, anchor)


def _called(topic: Topic | None) -> Iterator[_Passage]:
    """What people call a topic in another language, none of which is shown."""
    if topic is not None:
        yield _spelled(_Rank.TITLE, topic.title, "")
        for word in topic.words:
            yield _spelled(_Rank.WORD, word, "")


def _spelled(rank: _Rank, text: str, anchor: str) -> _Passage:
    return _Passage(rank, text, spell(text, _pinyin), anchor)


def _pinyin(run: str) -> Sequence[str]:
    # Its tables take a while to load, and most people never search.
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # see above

    return lazy_pinyin(run, errors=list)  # type: ignore[arg-type]  # a list will do, too
