"""A notice that comes and goes by itself, whatever else is shown meanwhile."""

from textual.screen import ModalScreen


class PassingNotice(ModalScreen[None]):
    """Covers the screen until `end`; while something else lies over it, it goes as soon as that has gone."""

    _over = False

    def end(self) -> None:
        """Go away, now or as soon as nothing lies over it."""
        self._over = True
        if self.is_current:
            self.dismiss()

    def on_screen_resume(self) -> None:
        """Go, if that has been asked for meanwhile."""
        if self._over:
            self.dismiss()
