"""The lexicon's file: a head that says where each array lies, and the arrays, to be used where they are mapped."""

from __future__ import annotations

import json
import mmap
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from widgets.pinyin.shelf import Shelf

_MAGIC: Final = b"PINYIN 1"
_HEAD: Final = len(_MAGIC) + 8
"""The magic bytes, the length of the table of contents, and the checksum of all that follows the head."""
_ALIGNMENT: Final = 8
_TYPES: Final = ("<u8", "<u4", "<u2")


class Damaged(Exception):
    """The content isn't a whole lexicon."""


def write_shelves(shelves: Mapping[str, Shelf]) -> bytes:
    """The content of a file with these shelves."""
    body = bytearray()
    contents: dict[str, list[tuple[int, list[int]]]] = {}
    for name, shelf in shelves.items():
        contents[name] = []
        arrays: tuple[NDArray[Any], ...] = shelf.arrays
        for array, kind in zip(arrays, _TYPES, strict=True):
            body += bytes(-len(body) % _ALIGNMENT)
            contents[name].append((len(body), list(array.shape)))
            body += array.astype(kind).tobytes()
    table = json.dumps(contents).encode()
    table += b" " * (-(_HEAD + len(table)) % _ALIGNMENT)
    rest = table + bytes(body)
    return _MAGIC + len(table).to_bytes(4, "little") + zlib.crc32(rest).to_bytes(4, "little") + rest


def map_shelves(path: Path) -> dict[str, Shelf]:
    """The shelves of a file, mapped rather than read; raises OSError, or Damaged if they aren't whole."""
    with path.open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise Damaged("it is empty") from error
    return read_shelves(content)


def read_shelves(content: bytes | mmap.mmap) -> dict[str, Shelf]:
    """The shelves in `content`, without copying them; raises Damaged if they aren't whole."""
    if len(content) < _HEAD or content[: len(_MAGIC)] != _MAGIC:
        raise Damaged("it doesn't begin like one")
    length = int.from_bytes(content[len(_MAGIC) : len(_MAGIC) + 4], "little")
    checksum = int.from_bytes(content[len(_MAGIC) + 4 : _HEAD], "little")
    with memoryview(content) as view, view[_HEAD:] as rest:
        if zlib.crc32(rest) != checksum:
            raise Damaged("its checksum is wrong")
    contents: dict[str, list[tuple[int, list[int]]]] = json.loads(content[_HEAD : _HEAD + length])

    def array(place: tuple[int, list[int]], kind: str) -> NDArray[Any]:
        offset, shape = place
        count = int(np.prod(shape))
        return np.frombuffer(content, dtype=kind, count=count, offset=_HEAD + length + offset).reshape(shape)

    return {
        name: Shelf(*(array(place, kind) for place, kind in zip(places, _TYPES, strict=True)))
        for name, places in contents.items()
    }
