"""A page to read is wrapped with its marks hanging out, and says where each part begins."""

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from widgets.article import Article, Part

PARTS = (
    Part("怎样付款", strong=True),
    Part("打开手机上的支付软件，用它扫屏幕上的付款码。", mark="1", close=True),
    Part("核对金额。", mark="2", close=True),
    Part("不要替别人付款。", mark="·"),
)


class Page(App[None]):
    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Article(PARTS)


async def lines(size: tuple[int, int], here: int | None = None) -> tuple[list[str], Article]:
    async with Page().run_test(size=size) as pilot:
        article = pilot.app.query_one(Article)
        article.here = here
        await pilot.pause()
        return [line.rstrip() for line in str(article.render()).split("\n")], article


async def test_lines_hang_below_the_text_and_close_parts_stand_together() -> None:
    drawn, article = await lines((28, 12))
    assert drawn == [
        "怎样付款",
        "1   打开手机上的支付软件，用",
        "    它扫屏幕上的付款码。",
        "2   核对金额。",
        "",
        "·   不要替别人付款。",
    ]
    assert article.text.splitlines()[1] == "1 打开手机上的支付软件，用它扫屏幕上的付款码。"


async def test_every_part_is_found_at_its_line_and_back() -> None:
    async with Page().run_test(size=(28, 12)) as pilot:
        article = pilot.app.query_one(Article)
        assert [article.line_of(part) for part in range(len(PARTS))] == [0, 1, 3, 5]
        assert [article.part_at(line) for line in range(7)] == [0, 1, 1, 2, 3, 3, 3]
        assert article.size.height == 6


async def test_the_part_somebody_was_led_to_has_a_bar() -> None:
    drawn, _ = await lines((28, 12), here=0)
    assert drawn[0] == "▌ 怎样付款"
    assert not any("▌" in line for line in drawn[1:])


async def test_an_empty_page_takes_no_room() -> None:
    async with Page().run_test(size=(28, 12)) as pilot:
        article = pilot.app.query_one(Article)
        article.parts = ()
        await pilot.pause()
        assert article.size.height == 0
        assert (article.line_of(0), article.part_at(0)) == (0, 0)
