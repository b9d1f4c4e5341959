"""A notice that comes and goes by itself, whatever else is shown meanwhile."""

from textual.screen import ModalScreen


class PassingNotice(ModalScreen[None]):
    """Covers the screen until `end`; while something else lies over it, it goes as soon as that has gone."""

    def __init__(self) -> None:
        super().__init__()
        self._over = False
        self._gone = False

    def end(self) -> None:
        """Go away, now or as soon as nothing lies over it."""
        self._over = True
        self._go()

    def on_screen_resume(self) -> None:
        """Go, if that has been asked for meanwhile."""
        self._go()

    def _go(self) -> None:
        if self._over and not self._gone and self.is_active:
            self._gone = True
            self.dismiss()
