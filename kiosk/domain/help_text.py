"""How a topic of the help is written: the little of Markdown that a page of help needs, one line a block.

---
needs: delivery
words: 邮寄 快递
see: payment/paying
---
# 送货上门

选好号码和套餐以后……

## 收货 {#delivered}

1. 第一步
- 一点说明

::: activate
只在逾期自动激活的营业厅显示。
:::
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kiosk.domain.help import Block, BlockKind, Topic

_FENCE: Final = "---"
_CONDITION: Final = ":::"
_KEYS: Final = frozenset({"needs", "words", "see"})
_LINE: Final = re.compile(
    r"## (?P<heading>.+?) \{#(?P<anchor>[a-z-]+)\}|\d+\. (?P<step>.+)|- (?P<point>.+)|(?P<paragraph>[^#:].*)"
)


class HelpTextInvalid(ValueError):
    """A page of help isn't written as it should be; the message says where and what, for whoever wrote it."""


def parse_topic(key: str, text: str) -> Topic:
    """Read one page; raises `HelpTextInvalid` at the first line that is none of what is understood."""
    lines = [line.rstrip() for line in text.splitlines()]
    settings, body = _split(key, lines)
    if not body or not body[0].startswith("# "):
        raise HelpTextInvalid(f"{key}: a page begins with its title, '# …'")
    return Topic(
        key=key,
        title=body[0].removeprefix("# ").strip(),
        blocks=tuple(_blocks(key, body[1:])),
        needs=frozenset(_listed(settings, "needs")),
        words=_listed(settings, "words"),
        see=_listed(settings, "see"),
    )


def _split(key: str, lines: Sequence[str]) -> tuple[Mapping[str, str], list[str]]:
    """The settings between the two fences, and the lines after them that say something."""
    said = [line for line in lines if line]
    if not said or said[0] != _FENCE:
        return {}, said
    if _FENCE not in said[1:]:
        raise HelpTextInvalid(f"{key}: the settings at the top aren't ended by {_FENCE}")
    end = said.index(_FENCE, 1)
    settings = {}
    for line in said[1:end]:
        name, colon, value = line.partition(":")
        if not colon or name not in _KEYS:
            raise HelpTextInvalid(f"{key}: {line!r} is no setting; there are {', '.join(sorted(_KEYS))}")
        settings[name] = value
    return settings, said[end + 1 :]


def _listed(settings: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(settings.get(name, "").split())


def _blocks(key: str, lines: Sequence[str]) -> Iterator[Block]:
    condition, place = "", 0
    for line in lines:
        if line.startswith(_CONDITION):
            opened = line.removeprefix(_CONDITION).strip()
            if bool(opened) == bool(condition):
                raise HelpTextInvalid(f"{key}: {line!r} must open or close a condition, which don't nest")
            condition = opened
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise HelpTextInvalid(f"{key}: {line!r} is neither heading, step, point nor paragraph")
        kind = next(kind for kind in BlockKind if found[kind] is not None)
        place = place + 1 if kind is BlockKind.STEP else 0
        yield Block(kind, found[kind].strip(), found["anchor"] or "", place, condition)
    if condition:
        raise HelpTextInvalid(f"{key}: the condition {condition!r} isn't closed by {_CONDITION}")
