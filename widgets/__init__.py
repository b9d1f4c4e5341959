"""Pieces of a touch terminal that know nothing of what is sold with them.

Each module holds one widget. Texts come in already translated, choices go out as messages with a `control`.
Sizes follow the screen's `-tall` and `-short` classes; marks that tell which key to press show only inside an
ancestor with the class `-keys`, which a program sets while somebody uses a physical keyboard.
"""
