"""Which edition of the lexicon this program needs: it changes with the libraries, the tables of names and the code."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files
from typing import Final

SOURCES: Final = ("pinyinime", "pypinyin")
"""The libraries whose tables the lexicon is made from."""

_MADE_BY: Final = ("build.py", "lexicon_file.py", "name_tables.py", "shelf.py", "syllables.py")
_TABLES: Final = ("surnames.txt", "given_names.txt")


def current_edition() -> str:
    """A short fingerprint of everything the file's content depends on."""
    print_of = hashlib.sha256(" ".join(version(source) for source in SOURCES).encode())
    for name in (*_MADE_BY, *_TABLES):
        print_of.update(files(__package__).joinpath(name).read_bytes())
    return print_of.hexdigest()[:16]
