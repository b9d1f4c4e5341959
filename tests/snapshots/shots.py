"""Write every screen as a PNG into a folder: `python -m tests.snapshots.shots FOLDER`."""

import argparse
import asyncio
import tempfile
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.terminal.input_methods import InputMethods, pinyin_methods
from tests.picture import to_png
from tests.snapshots.scenes import PICTURES, Picture
from tests.snapshots.stage import Studio, build_studio, enter, make_app, opened

DOCUMENTED: Final = {
    "home": "home-zh-landscape",
    "numbers": "numbers-zh-landscape",
    "numbers-en": "numbers-en-landscape",
    "tariff": "tariff_chosen-zh-landscape",
    "confirm": "confirm_agreed-zh-landscape",
    "pay": "pay-zh-landscape",
    "collect": "collect-zh-landscape",
    "portrait": "customer_composing_a_name-zh-portrait",
}
"""Pictures of the documentation: file name, scene."""
_DOCUMENTED_ZOOM = 0.7


async def take(picture: Picture, studio: Studio, input_methods: InputMethods) -> str:
    """The screenshot of one scene, as SVG."""
    with tempfile.TemporaryDirectory() as folder, opened(studio, Path(folder)) as world:
        app = make_app(world, picture.language, input_methods)
        async with app.run_test(size=picture.cells) as pilot:
            model = await enter(app, pilot, world, large=picture.large)
            await picture.play(model)
            await model.hold_still()
            return app.export_screenshot()


def main() -> None:
    """Take the pictures one after another."""
    parser = argparse.ArgumentParser(description="Every screen of the terminal as PNG.")
    parser.add_argument("folder", type=Path, help="where they are written")
    parser.add_argument("--only", default="*", metavar="NAMES", help='such as "pay-*" or "*-en-*"')
    parser.add_argument("--documented", action="store_true", help="just those of the documentation, smaller")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    names = DOCUMENTED if arguments.documented else {picture.name: picture.name for picture in PICTURES}
    zoom = _DOCUMENTED_ZOOM if arguments.documented else 1
    by_name = {picture.name: picture for picture in PICTURES}
    with tempfile.TemporaryDirectory() as folder:
        studio = build_studio(Path(folder))
        input_methods = InputMethods(partial(pinyin_methods, Path(folder)))
        input_methods.load_now()
        for name, scene in names.items():
            if fnmatch(name, arguments.only):
                svg = asyncio.run(take(by_name[scene], studio, input_methods))
                (arguments.folder / f"{name}.png").write_bytes(to_png(svg, zoom=zoom))
                print(name, flush=True)


if __name__ == "__main__":
    main()
