"""Nobody is here: the carrier's name, an invitation in both languages, today's beautiful numbers (LOOK, Attract)."""

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.widgets import Static

from kiosk.domain.number_query import NumberRow
from kiosk.domain.patterns import pattern_span
from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from kiosk.locale import LANGUAGES, Translator
from kiosk.services.search_numbers import numbers_on_parade
from screens.kiosk_screen import KioskScreen
from screens.order_status import OrderStatusScreen
from screens.words import short_yuan
from widgets.big_digits import BigDigits
from widgets.grouping import group_digits, grouped_span

_SHOWN_SECONDS = 6.0
_PARADE = 12


class AttractScreen(KioskScreen):
    """A slow parade of numbers that a customer may buy alone; a touch anywhere begins a visit."""

    CSS_PATH = "attract.tcss"
    SCANS = (ORDER_NUMBER,)

    def __init__(self) -> None:
        super().__init__()
        self._parade: tuple[NumberRow, ...] = ()
        self._place = 0
        self._begun = False
        self._order_no: str | None = None

    def compose(self) -> ComposeResult:
        """Both languages at once: nobody has chosen one yet."""
        with Vertical(id="attract"):
            yield Static("中国移动 · 自助营业厅", id="carrier", markup=False)
            yield Static("选一个喜欢的号码，今天就能用", id="invitation-zh", markup=False)
            yield Static("Choose a number you like and use it today", id="invitation-en", markup=False)
            with Center(id="parade"):
                yield BigDigits(id="number", rows=5)
            yield Static("", id="condition", markup=False)
            yield Static("触摸屏幕任意位置开始    Touch anywhere to begin", id="touch", markup=False)
            if self.front.has_scanner:
                yield Static("扫描小票查看订单    Scan your receipt to see your order", id="scan", markup=False)
            if self.front.is_demonstration:
                yield Static("演示系统 · 号码与价格均为示例    Demonstration – sample data", id="demo", markup=False)

    def on_mount(self) -> None:
        """Begin the parade; with reduced motion one number stays."""
        if not self.front.reduced_motion:
            self.set_interval(_SHOWN_SECONDS, self.show_next)

    def fill(self) -> None:
        """Fetch today's numbers."""
        self.fetch()

    @work(exclusive=True)
    async def fetch(self) -> None:
        """Today's beautiful numbers of this city, still available."""
        front = self.front
        seed = front.shop.today().toordinal()
        self._parade = await front.ask(numbers_on_parade, front.shop, front.home_city, seed, _PARADE)
        self._place = 0
        self.show_number()

    def show_next(self) -> None:
        """The next number; after the last one, a fresh look at what is still available."""
        self._place += 1
        if self._place >= len(self._parade):
            self.fetch()
        else:
            self.show_number()

    def show_number(self) -> None:
        """Draw the number whose turn it is, its pattern marked."""
        if not self._parade:
            return
        row = self._parade[self._place]
        digits = self.query_one("#number", BigDigits)
        digits.text = group_digits(str(row.msisdn))
        digits.highlight = grouped_span(pattern_span(row.msisdn))
        zh, en = (_condition(Translator(language), row) for language in ("zh", "en"))
        self.query_one("#condition", Static).update(f"{zh}    {en}")

    def on_click(self) -> None:
        """Begin at a touch."""
        self.begin()

    def on_key(self, event: events.Key) -> None:
        """Begin at any key; the key does nothing else."""
        event.stop()
        self.begin()

    @property
    def translators(self) -> tuple[Translator, ...]:
        """All of them: nobody has chosen one yet."""
        return tuple(map(Translator, LANGUAGES))

    def scanned(self, context: ScanContext, code: str) -> None:
        """Begin with the order of a receipt."""
        self.begin(order_no=code)

    def begin(self, order_no: str | None = None) -> None:
        """Begin a visit, once; it shows the order that was scanned last."""
        self._order_no = order_no or self._order_no
        if not self._begun:
            self._begun = True
            self.open_visit()

    @work(group="begin")
    async def open_visit(self) -> None:
        """Let the app open the visit and show the home screen, and over it the order that was scanned."""
        try:
            await self.front.begin_visit()
            # The home screen, in sight already, may have been shown a newer receipt.
            if self._order_no is not None and not isinstance(self.app.screen, OrderStatusScreen):
                await self.app.push_screen(OrderStatusScreen(self._order_no))
        finally:
            self._begun, self._order_no = False, None


def _condition(tr: Translator, row: NumberRow) -> str:
    return tr("预存 {amount}", amount=short_yuan(row.prepayment_fen))
