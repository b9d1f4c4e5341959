"""The help centre: which topics there are, and what each says, as far as it is true of this shop (SPEC 2.4)."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from kiosk.domain.help import Section, Topic
from kiosk.domain.help_text import parse_topic
from kiosk.domain.rules import Rules
from kiosk.services.errors import TopicUnknown
from kiosk.services.figures import figures
from kiosk.services.shop import Shop

_KEPT = 8
"""Languages times rules in force: a process has one of the latter, tests a few."""


def list_topics(shop: Shop, language: str) -> tuple[Topic, ...]:
    """All topics that this shop has, section by section, each in the order of its file's number."""
    return tuple(topics_in_force(shop.rules, language).values())


def read_topic(shop: Shop, key: str, language: str) -> Topic:
    """One topic, with the figures in force; raises `TopicUnknown` where the shop doesn't offer what it is about."""
    topic = topics_in_force(shop.rules, language).get(key)
    if topic is None:
        raise TopicUnknown
    return topic


@lru_cache(maxsize=_KEPT)
def topics_in_force(rules: Rules, language: str) -> Mapping[str, Topic]:
    """The topics by their keys: what isn't offered left out, the figures filled in."""
    offered = {feature.value for feature in rules.offers}
    conditions = offered | {rules.pickup_policy.value}
    values = figures(rules)
    return {
        topic.key: topic.where(conditions).filled(values) for topic in _all_topics(language) if topic.needs <= offered
    }


@cache
def _all_topics(language: str) -> tuple[Topic, ...]:
    """Every file of the help in one language, as it is written."""
    topics = []
    suffix = f".{language}.md"
    for section in Section:
        folder = files("kiosk.locale") / "help" / section.value
        pages = {page.name: page for page in folder.iterdir() if page.name.endswith(suffix)}
        for name in sorted(pages):
            _number, _, topic = name.removesuffix(suffix).partition("-")
            topics.append(parse_topic(f"{section.value}/{topic}", pages[name].read_text(encoding="utf-8")))
    return tuple(topics)
