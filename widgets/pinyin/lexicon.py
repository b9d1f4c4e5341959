"""The words and names that letters may become, read from a compact file that is mapped into memory.

The file is made on the machine from the libraries' tables when it is missing, damaged or of another edition, by a
process of its own: those tables take some 500 MB meanwhile, and go with it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess  # runs this interpreter on a module of this package
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Final

from widgets.pinyin.edition import current_edition
from widgets.pinyin.lexicon_file import Damaged, map_shelves, read_shelves
from widgets.pinyin.shelf import Scored, Shelf
from widgets.pinyin.spelling import Range

_BUILDING_SECONDS: Final = 180
"""A slow machine takes ten seconds; after this something is wrong."""


class LexiconUnavailable(Exception):
    """The lexicon can't be made on this machine; the text says why and holds nothing that anybody typed."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What can be asked for: words of any kind, surnames, and the parts of given names.

    `words` and `surnames` are found by their number of syllables. Scores of words are logarithms of how often they
    are met; those of names, of how many people in ten million bear them.
    """

    words: dict[int, Shelf]
    surnames: dict[int, Shelf]
    single_names: Shelf
    first_characters: Shelf
    second_characters: Shelf
    double_names: Shelf

    def find_words(self, ranges: Sequence[Range], limit: int | None = None) -> list[Scored]:
        """Words that can be read so, best first."""
        shelf = self.words.get(len(ranges))
        return shelf.find(ranges, limit) if shelf else []

    def find_surnames(self, ranges: Sequence[Range], limit: int | None = None) -> list[Scored]:
        """Surnames that can be read so, the most frequent first."""
        shelf = self.surnames.get(len(ranges))
        return shelf.find(ranges, limit) if shelf else []

    def readings(self, character: str) -> frozenset[int]:
        """The numbers of the syllables that a character may be read as."""
        return self.words[1].readings(character)


def lexicon_file(folder: Path) -> Path:
    """Where in `folder` the lexicon of this edition is kept; raises LexiconUnavailable without the libraries for it."""
    try:
        return folder / f"pinyin-{current_edition()}.lexicon"
    except PackageNotFoundError as error:
        raise LexiconUnavailable(f"pinyin needs the library {error.name}") from error


def open_lexicon(folder: Path) -> Lexicon:
    """Open the lexicon kept in `folder`, making it first where need be; takes seconds then, so not in the event loop.

    Any number of processes may do so at once. Where the folder can't be written the lexicon is held in memory.
    Raises LexiconUnavailable when it can't be made.
    """
    path = lexicon_file(folder)
    with contextlib.suppress(OSError, Damaged):
        return _lexicon(map_shelves(path))
    content = _build()
    try:
        shelves = read_shelves(content)
    except Damaged as error:
        raise LexiconUnavailable(f"the pinyin lexicon was made damaged: {error}") from error
    with contextlib.suppress(OSError, Damaged):
        _store(content, path)
        return _lexicon(map_shelves(path))
    return _lexicon(shelves)


def _lexicon(shelves: dict[str, Shelf]) -> Lexicon:
    def by_length(kind: str) -> dict[int, Shelf]:
        return {int(name.removeprefix(kind)): shelf for name, shelf in shelves.items() if name.startswith(kind)}

    return Lexicon(
        words=by_length("words-"),
        surnames=by_length("surnames-"),
        single_names=shelves["single-names"],
        first_characters=shelves["first-characters"],
        second_characters=shelves["second-characters"],
        double_names=shelves["double-names"],
    )


def _build() -> bytes:
    """Run the builder and return what it writes; it gets this process's module path and nothing else of it."""
    command = [sys.executable, "-P", "-m", "widgets.pinyin.build"]
    try:
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        built = subprocess.run(  # noqa: S603  # our own interpreter and module
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_BUILDING_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else "it said nothing"
        raise LexiconUnavailable(
            f"the pinyin lexicon can't be made, exit status {error.returncode}: {reason}"
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LexiconUnavailable(f"the pinyin lexicon can't be made: {type(error).__name__}") from error
    return built.stdout


def _store(content: bytes, path: Path) -> None:
    """Put the file in its place whole or not at all, and take away those of other editions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".pinyin-", suffix=".part")
    part = Path(name)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    for old in path.parent.glob("pinyin-*.lexicon"):
        if old != path:
            old.unlink(missing_ok=True)
