"""Every screen looks as approved, in both languages and at each size, and can be read (SPEC 9.1, 9.3, LOOK 2)."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from textual.pilot import Pilot

from kiosk.terminal.input_methods import InputMethods
from tests.picture import to_png
from tests.snapshots.contrast import LEAST, LEAST_IN_HIGH_CONTRAST, faint_marks, faint_words
from tests.snapshots.scenes import PICTURES, Picture, pay
from tests.snapshots.stage import SIZES, Studio, build_studio, enter, make_app, opened

Compare = Callable[..., bool]


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return build_studio(tmp_path_factory.mktemp("studio"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_screen_looks_as_approved_and_can_be_read(
    picture: Picture, studio: Studio, tmp_path: Path, input_methods: InputMethods, snap_compare: Compare
) -> None:
    faint = ["the scene was not played"]
    with opened(studio, tmp_path) as world:
        app = make_app(world, picture.language, input_methods)

        async def play(pilot: Pilot[None]) -> None:
            model = await enter(app, pilot, world, large=picture.large)
            await picture.play(model)
            await model.hold_still()
            least = LEAST_IN_HIGH_CONTRAST if picture.large else LEAST
            faint[:] = faint_words(app, least) + (faint_marks(app) if picture.large else [])

        assert snap_compare(app, run_before=play, terminal_size=picture.cells)
    assert faint == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_phone_reads_the_address_of_the_payment_off_the_screen(
    size: str, studio: Studio, tmp_path: Path
) -> None:
    """SPEC 6.1; many phones take no inverted code."""
    with opened(studio, tmp_path) as world:
        app = make_app(world, "zh", InputMethods())
        async with app.run_test(size=SIZES[size]) as pilot:
            model = await enter(app, pilot, world)
            await pay(model)
            picture = Image.open(io.BytesIO(to_png(app.export_screenshot())))
            codes = zxingcpp.read_barcodes(picture, try_invert=False)
            assert [code.text for code in codes] == [world.attempts(model.order_no)[-1].code_url]
