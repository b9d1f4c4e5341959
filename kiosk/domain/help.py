"""The help centre's contents as values: sections, topics, and the passages of a topic (SPEC 2.4)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Section(StrEnum):
    """The five sections, in the order in which they are shown; each has a folder of this name."""

    GUIDE = "guide"
    PAYMENT = "payment"
    DELIVERY = "delivery"
    AFTER_SALES = "after_sales"
    QUESTIONS = "questions"


class BlockKind(StrEnum):
    """What a line of a topic is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    STEP = "step"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a topic.

    A heading has an `anchor`, by which a step of a purchase finds it; a step has its `place` among its
    neighbours. Where there is a `condition`, it is shown only while that holds.
    """

    kind: BlockKind
    text: str
    anchor: str = ""
    place: int = 0
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of help, its figures filled in or not.

    `key` is section and name, `guide/sign-in`. `needs` are what a shop must offer for it to be true, `words` what
    people may call it that the text doesn't, `see` the keys of topics that help further.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    needs: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    see: tuple[str, ...] = ()

    @property
    def section(self) -> Section:
        """Where it is listed."""
        return Section(self.key.partition("/")[0])

    @property
    def summary(self) -> str:
        """What it begins with, for a list."""
        return next(block.text for block in self.blocks if block.kind is not BlockKind.HEADING)

    def where(self, conditions: Container[str]) -> "Topic":
        """What of it is true under these conditions, its steps numbered without gaps."""
        blocks: list[Block] = []
        place = 0
        for block in self.blocks:
            if block.condition and block.condition not in conditions:
                continue
            place = place + 1 if block.kind is BlockKind.STEP else 0
            blocks.append(replace(block, place=place))
        return replace(self, blocks=tuple(blocks))

    def filled(self, values: Mapping[str, object]) -> "Topic":
        """With the figures that it names by `{name}`."""
        return replace(
            self,
            title=self.title.format_map(values),
            blocks=tuple(replace(block, text=block.text.format_map(values)) for block in self.blocks),
        )
