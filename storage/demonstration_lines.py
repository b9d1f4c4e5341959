"""The lines of the demonstration: somebody who tries the program may sign in as their subscribers."""

from dataclasses import dataclass
from datetime import date

from storage.catalogue import catalogue_rows


@dataclass(frozen=True, slots=True)
class DemonstrationLine:
    """A line of nobody's, whose service password may therefore be read by everybody."""

    city_adcode: int
    tariff_code: str
    activated_on: date
    service_password: str
    password_hash: str
    """Of the service password, made beforehand: hashing six of them would keep a first start waiting."""


def demonstration_lines() -> tuple[DemonstrationLine, ...]:
    """The table `lines`."""
    return tuple(
        DemonstrationLine(
            city_adcode=int(row["city_adcode"]),
            tariff_code=row["tariff_code"],
            activated_on=date.fromisoformat(row["activated_on"]),
            service_password=row["service_password"],
            password_hash=row["password_hash"],
        )
        for row in catalogue_rows("lines")
    )
