"""The QR code is read by a decoder off the pixels of the screen (DESIGN 4, pitfall 6)."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from textual.containers import Vertical
from textual.widget import Widget

from tests.picture import to_png
from tests.widgets.gallery import Gallery
from widgets.qr import QrCode

LINK = "http://127.0.0.1:8000/pay/0123456789abcdef"
TOO_SMALL = "屏幕太小,请到柜台付款"


def read(app: Gallery) -> list[str]:
    """Everything that a decoder finds on the screen which, like many telephones, takes no inverted code."""
    picture = Image.open(io.BytesIO(to_png(app.export_screenshot())))
    return [found.text for found in zxingcpp.read_barcodes(picture, try_invert=False)]


@pytest.mark.parametrize("theme", ["gallery", "textual-dark", "dracula"])
async def test_a_decoder_reads_the_code_off_the_screen_whatever_the_theme(theme: str) -> None:
    app = Gallery(lambda: [QrCode(LINK, too_small=TOO_SMALL)])
    async with app.run_test(size=(80, 40)) as pilot:
        app.theme = theme
        await pilot.pause()
        assert read(app) == [LINK]


@settings(max_examples=10, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789/:?=&", min_size=1, max_size=120))
async def test_any_link_is_read_back(content: str) -> None:
    columns, rows = QrCode.size_for(content)
    app = Gallery(lambda: [QrCode(content, too_small=TOO_SMALL)])
    async with app.run_test(size=(columns + 4, rows + 2)):
        code = app.query_one(QrCode)
        assert code.size == (columns, rows)
        assert read(app) == [content]


async def test_new_content_replaces_the_code_and_none_wipes_it() -> None:
    app = Gallery(lambda: [QrCode(LINK, too_small=TOO_SMALL)])
    async with app.run_test(size=(80, 40)) as pilot:
        code = app.query_one(QrCode)
        code.content = LINK + "#2"
        await pilot.pause()
        assert read(app) == [LINK + "#2"]
        code.content = None
        await pilot.pause()
        assert read(app) == []
        assert code.size.area == 0


async def test_less_error_correction_is_used_where_only_that_fits() -> None:
    content = LINK.ljust(70, "x")
    columns, rows = QrCode.size_for(content)
    app = Gallery(lambda: [QrCode(content, too_small=TOO_SMALL)])
    async with app.run_test(size=(columns + 2, rows + 2)):
        code = app.query_one(QrCode)
        assert code.fits
        assert code.size.width == columns - 4
        assert read(app) == [content]


@pytest.mark.parametrize("size", [(30, 40), (80, 12)])
async def test_a_code_that_does_not_fit_says_so(size: tuple[int, int]) -> None:
    app = Gallery(lambda: [QrCode(LINK, too_small=TOO_SMALL)])
    async with app.run_test(size=size):
        code = app.query_one(QrCode)
        assert not code.fits
        assert code.render_line(0).text.strip() == TOO_SMALL
        assert read(app) == []


async def test_it_keeps_its_size_inside_a_container_that_fits_its_content() -> None:
    def build() -> list[Widget]:
        around = Vertical(QrCode(LINK, too_small=TOO_SMALL))
        around.styles.width = around.styles.height = "auto"
        return [around]

    app = Gallery(build)
    async with app.run_test(size=(80, 40)):
        assert read(app) == [LINK]
