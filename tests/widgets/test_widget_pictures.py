"""Every widget as it looks at a clerk's screen, a terminal's landscape and its portrait (LOOK: principles 2 to 4)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.widgets.gallery import Gallery
from tests.widgets.scenes import SCENES, SIZES, form, search
from widgets.field import Field
from widgets.modal import Ask, ReadText

Compare = Callable[..., bool]

_PORTRAIT = {"form", "search"}


@pytest.fixture(autouse=True)
def same_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library behind the captcha takes its noise from the system: here each picture gets the same."""
    noise = Random(1)
    same = SimpleNamespace(randbelow=noise.randrange, randbits=noise.getrandbits, choice=noise.choice)
    monkeypatch.setattr("captcha.image.secrets", same)


@pytest.mark.parametrize(
    ("scene", "size"),
    [(scene, size) for scene in SCENES for size in SIZES if size != "portrait" or scene in _PORTRAIT],
)
def test_widgets_look_as_approved(snap_compare: Compare, scene: str, size: str) -> None:
    async def draw(pilot: Pilot[None]) -> None:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(Gallery(SCENES[scene]), run_before=draw, terminal_size=SIZES[size])


def test_key_hints_show_while_a_keyboard_is_in_use(snap_compare: Compare) -> None:
    assert snap_compare(Gallery(search, keys=True), press=["tab", "tab"], terminal_size=SIZES["landscape"])


@pytest.mark.parametrize("size", ["clerk", "landscape"])
@pytest.mark.parametrize("name", ["ask", "read"])
def test_dialogs_look_as_approved(snap_compare: Compare, size: str, name: str) -> None:
    async def open_dialog(pilot: Pilot[None]) -> None:
        text = "\n\n".join(f"第{number}条 " + "客户应当提供真实、准确、完整的身份信息。" * 6 for number in range(1, 30))
        if name == "ask":
            pilot.app.push_screen(Ask("取消订单?", "号码会马上放回。", yes="取消订单", no="再想想", danger=True))
        else:
            pages = {"page_up": "上一页", "page_down": "下一页"}
            pilot.app.push_screen(ReadText("入网协议", text, close="关闭", accept="同意", **pages))
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(Gallery(search), run_before=open_dialog, terminal_size=SIZES[size])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [1, 3])
def test_a_touched_field_gets_its_keys_below(snap_compare: Compare, size: str, number: int) -> None:
    async def touch(pilot: Pilot[None]) -> None:
        field = list(pilot.app.query(Field))[number]
        for one in pilot.app.query(Input):
            one.cursor_blink = False
        list(pilot.app.query(Field))[1].set_error("校验码不对,请核对证件号码")
        field.focus_input()
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(Gallery(form), run_before=touch, terminal_size=SIZES[size])
