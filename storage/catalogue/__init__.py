"""The demonstration catalogue that comes with the program: CSV tables beside this file.

Prices, plans and shops are illustrative; divisions, prefixes and formats are real.
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import IO

from kiosk.domain.catalogue import Catalogue, CatalogueError, read_catalogue


def open_catalogue(table: str) -> IO[str]:
    """Open the CSV of a table (`cities`, `shops`, `tariffs`, …); raises FileNotFoundError for an unknown one."""
    return files(__name__).joinpath(f"{table}.csv").open(encoding="utf-8")


def catalogue_rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a table, each by column name; raises CatalogueError for a row with too few or too many cells."""
    with open_catalogue(table) as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if None in row or None in row.values():
                raise CatalogueError(table, line, "as many cells are needed as there are columns")
            yield row


@cache
def demonstration_catalogue() -> Catalogue:
    """Everything the tables hold, read once."""
    return read_catalogue(catalogue_rows)
