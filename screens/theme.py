"""The colours of the terminal, light and calm: three grounds, one accent, one warning."""

from typing import Final

from textual.theme import Theme

LIGHT: Final = Theme(
    name="kiosk-light",
    dark=False,
    background="#F3F6F9",
    surface="#FFFFFF",
    panel="#E3EAF1",
    foreground="#14202B",
    primary="#0062AD",
    secondary="#0B7A5E",
    accent="#0062AD",
    success="#0B7239",
    warning="#A63A00",
    error="#B3261E",
    variables={
        "muted": "#4F5D6A",
        "text-muted": "#4F5D6A",
        "input-cursor-background": "#0062AD",
        "input-cursor-foreground": "#FFFFFF",
        "input-selection-background": "#BFD9EE",
        "scrollbar": "#B9C6D2",
        "scrollbar-background": "#E3EAF1",
        "scrollbar-hover": "#8FA3B5",
        "scrollbar-active": "#0062AD",
        "scrollbar-corner-color": "#E3EAF1",
        "border": "#0062AD",
        "border-blurred": "#E3EAF1",
    },
)

CONTRAST: Final = Theme(
    name="kiosk-contrast",
    dark=False,
    background="#FFFFFF",
    surface="#FFFFFF",
    panel="#E4EAF0",
    foreground="#000000",
    primary="#003C82",
    secondary="#00452F",
    accent="#003C82",
    success="#00451F",
    warning="#7A2200",
    error="#8A0410",
    variables={
        "muted": "#26313B",
        "text-muted": "#26313B",
        "input-cursor-background": "#003C82",
        "input-cursor-foreground": "#FFFFFF",
        "input-selection-background": "#B8D4F0",
        "scrollbar": "#003C82",
        "scrollbar-background": "#E4EAF0",
        "scrollbar-hover": "#003C82",
        "scrollbar-active": "#000000",
        "scrollbar-corner-color": "#E4EAF0",
        "border": "#000000",
        "border-blurred": "#26313B",
    },
)
"""Beside large print: every text at least 7:1 against any of the grounds (SPEC 9.3; WCAG 2.2, 1.4.6)."""

HORIZONTAL_BREAKPOINTS: Final = [(0, "-narrow"), (100, "-wide")]
VERTICAL_BREAKPOINTS: Final = [(0, "-short"), (36, "-tall")]
