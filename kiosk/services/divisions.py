"""The streets of a district, which an address names by touch (SPEC 4.5)."""

from dataclasses import dataclass

from storage.catalogue import catalogue_rows


@dataclass(frozen=True, slots=True)
class Street:
    """A subdistrict, town or township by its code of nine digits, which begins with that of its district."""

    code: int
    name_zh: str


def list_streets(district_adcode: int) -> tuple[Street, ...]:
    """The streets of a district, in the order of their codes; none for one that the table doesn't know.

    The table is read anew each time: a few milliseconds where somebody adds an address, and nothing kept for all who
    don't.
    """
    wanted = str(district_adcode)
    return tuple(
        Street(int(row["code"]), row["name_zh"])
        for row in catalogue_rows("streets")
        if row["district_adcode"] == wanted
    )
