"""The database is away for a moment: say so calmly, and that nothing is lost (SPEC 9.2)."""

from typing import cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from screens.front import Front
from screens.passing_notice import PassingNotice


class OneMoment(PassingNotice):
    """Covers the screen until the app, which keeps trying, takes it away."""

    CSS_PATH = "moment.tcss"

    def compose(self) -> ComposeResult:
        """Two lines, no spinner."""
        tr = cast(Front, self.app).tr
        with Vertical():
            yield Static(tr("请稍候"), classes="headline", markup=False)
            yield Static(tr("系统正在恢复，会自动继续。您选好和填好的内容都还在。"), markup=False)
