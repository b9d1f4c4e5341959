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

HORIZONTAL_BREAKPOINTS: Final = [(0, "-narrow"), (100, "-wide")]
VERTICAL_BREAKPOINTS: Final = [(0, "-short"), (36, "-tall")]
