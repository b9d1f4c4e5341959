"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check went."""

    OK = "ok"
    NOTICE = "notice"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it is, and how to mend it if it needs that.

    `id` names the check for programs and never changes; `check` names it for people, in their language.
    """

    id: str
    check: str
    status: Status
    detail: str
    remedy: str = ""


def judged(id_: str, check: str, detail: str, remedy: str, *, otherwise: Status | None) -> Finding:
    """A finding that is good when `otherwise` is None, and else has that status and the remedy."""
    if otherwise is None:
        return Finding(id_, check, Status.OK, detail)
    return Finding(id_, check, otherwise, detail, remedy)
