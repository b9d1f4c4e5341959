"""What the keys on a screen say, in the language people see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyTexts:
    """The labels of the function keys, and what the candidate bar says when it has no candidates.

    `choose` replaces `done` and `next` while letters are open; `hide` puts the keys away. `to_letters` and
    `to_candidates` name what their key brings; `prompt` says how to begin, `nothing` that the letters spell no word.
    """

    done: str
    next: str
    clear: str
    space: str
    choose: str
    hide: str
    to_letters: str
    to_candidates: str
    prompt: str
    nothing: str
