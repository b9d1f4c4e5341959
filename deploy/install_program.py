"""Install the program from its folder into the environment of this Python: every library by hash, none for developers.

`constraints.txt` pins the developers' tools as well. Which of its lines the program needs, pip works out first.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

BUILD_TOOL = "hatchling"


def pinned(constraints: str) -> dict[str, list[str]]:
    """The lines of each library, by its normalised name; several where its version depends on that of Python."""
    pins: dict[str, list[str]] = {}
    for block in re.findall(r"^\w.*(?:\n[ \t]+.*)*", constraints, re.MULTILINE):
        pins.setdefault(normalised(block.split("==")[0]), []).append(block)
    return pins


def normalised(name: str) -> str:
    """A name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def needed(pins: dict[str, list[str]], wanted: list[str], folder: Path) -> Iterator[str]:
    """The names of all libraries that come with those wanted, on this machine."""
    versions = folder / "versions.txt"
    versions.write_text("\n".join(block.split(" \\")[0] for blocks in pins.values() for block in blocks))
    report = folder / "report.json"
    pip("install", "--dry-run", "--ignore-installed", "--report", report, "--constraint", versions, *wanted)
    for each in json.loads(report.read_text())["install"]:
        yield normalised(each["metadata"]["name"])


def pip(*arguments: str | Path) -> None:
    """Run this environment's pip."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True)  # noqa: S603  # our own words


def main(source: Path) -> None:
    """Install the libraries, compile the catalogues of texts, and install the program."""
    pins = pinned((source / "constraints.txt").read_text())
    project = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    with tempfile.TemporaryDirectory() as place:
        names = needed(pins, [*project["dependencies"], BUILD_TOOL], Path(place))
        chosen = Path(place) / "chosen.txt"
        chosen.write_text("\n".join(block for name in sorted(names) for block in pins[name]))
        pip("install", "--require-hashes", "--no-deps", "--requirement", chosen)
    for texts in source.glob("kiosk/locale/*/LC_MESSAGES/*.po"):
        language, compiled = texts.parts[-3], texts.with_suffix(".mo")
        pybabel = Path(sys.executable).with_name("pybabel")
        command = [pybabel, "--quiet", "compile", "-i", texts, "-o", compiled, "-l", language]
        subprocess.run(command, check=True)  # noqa: S603  # likewise
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", source)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
