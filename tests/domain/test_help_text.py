"""A page of help is read as it is written, or refused with what is wrong (SPEC 2.4)."""

import pytest

from kiosk.domain.help import Block, BlockKind, Section
from kiosk.domain.help_text import HelpTextInvalid, parse_topic

PAGE = """
---
needs: delivery accounts
words: 快递 邮寄
see: payment/paying
---
# 送货上门

先选号码。

## 收货 {#delivered}

1. 第一步
::: activate
2. 只有这里有
:::
3. 第二步

- 一点
"""


def test_a_page_has_settings_a_title_and_blocks() -> None:
    topic = parse_topic("delivery/home", PAGE)
    assert topic.section is Section.DELIVERY
    assert (topic.title, topic.summary) == ("送货上门", "先选号码。")
    assert (topic.needs, topic.words, topic.see) == (
        frozenset({"delivery", "accounts"}),
        ("快递", "邮寄"),
        ("payment/paying",),
    )
    assert topic.blocks == (
        Block(BlockKind.PARAGRAPH, "先选号码。"),
        Block(BlockKind.HEADING, "收货", anchor="delivered"),
        Block(BlockKind.STEP, "第一步", place=1),
        Block(BlockKind.STEP, "只有这里有", place=2, condition="activate"),
        Block(BlockKind.STEP, "第二步", place=3),
        Block(BlockKind.POINT, "一点"),
    )


def test_steps_are_numbered_without_gaps_whatever_is_left_out() -> None:
    topic = parse_topic("delivery/home", PAGE)
    assert [block.place for block in topic.where({"activate"}).blocks if block.place] == [1, 2, 3]
    assert [(block.text, block.place) for block in topic.where(()).blocks if block.place] == [
        ("第一步", 1),
        ("第二步", 2),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "title"),
        ("text without a title", "title"),
        ("---\nneeds: delivery\n# Title", "aren't ended"),
        ("---\nneed: delivery\n---\n# Title", "no setting"),
        ("# Title\n## Heading without an anchor", "neither"),
        ("# Title\n# Another", "neither"),
        ("# Title\n::: delivery\n- point", "isn't closed"),
        ("# Title\n:::\n- point", "open or close"),
        ("# Title\n::: delivery\n::: accounts\n- point\n:::", "open or close"),
    ],
)
def test_a_page_that_is_written_wrongly_is_refused_with_its_name(wrong: str, said: str) -> None:
    with pytest.raises(HelpTextInvalid, match=said) as refused:
        parse_topic("guide/wrong", wrong)
    assert "guide/wrong" in str(refused.value)


def test_a_topic_of_no_section_has_none() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        _ = parse_topic("nowhere/topic", "# Title\ntext").section
