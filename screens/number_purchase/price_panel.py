"""What a number with a tariff costs, at a glance, beside the tariffs (SPEC 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.money import format_yuan
from kiosk.domain.pricing import FirstBill
from kiosk.locale import Translator
from kiosk.services.browse_offers import Price
from screens.number_purchase.tariff_words import (
    bill_line_name,
    larger_of_both,
    later_return_line,
    month_day,
    quote_line_name,
    term_line,
)
from screens.words import short_yuan
from widgets.big_digits import BigDigits

_GAP = 2


@dataclass(frozen=True, slots=True)
class AmountLine:
    """A label and its amounts, one for each column."""

    label: str
    amounts: tuple[str, ...]
    strong: bool = False


class AmountLines(Widget):
    """Labels on the left, amounts in columns on the right, measured in cells."""

    DEFAULT_CSS = "AmountLines { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[AmountLine, ...] = ()

    def show(self, lines: Sequence[AmountLine]) -> None:
        """Show other lines."""
        self._lines = tuple(lines)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row a line."""
        return len(self._lines)

    def render(self) -> Content:
        """Draw the lines, amounts flush right."""
        columns = max((len(line.amounts) for line in self._lines), default=0)
        widths = [
            max((cell_len(line.amounts[column]) for line in self._lines if column < len(line.amounts)), default=0)
            for column in range(columns)
        ]
        label_cells = max(0, self.size.width - sum(widths) - _GAP * columns)
        drawn = []
        for line in self._lines:
            amounts = "".join(
                " " * (_GAP + cells - cell_len(text)) + text for text, cells in zip(line.amounts, widths, strict=False)
            )
            drawn.append(
                Content.styled(set_cell_size(line.label, label_cells) + amounts, "bold" if line.strong else "")
            )
        return Content("\n").join(drawn)


class PricePanel(Widget):
    """Due today in large digits, the first bill for two dates, the term and how the prepayment comes back."""

    def __init__(self, tr: Translator, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tr = tr

    def compose(self) -> ComposeResult:
        """An invitation until there is a price; then today's part and the first bill's part."""
        tr = self._tr
        yield Static(tr("点一个套餐，这里会显示今天应付多少、首月账单多少。"), id="invitation", markup=False)
        with Vertical(id="today"):
            yield Static(tr("今天应付"), classes="caption", markup=False)
            yield BigDigits(id="total")
            yield AmountLines(id="today-lines")
            yield Static(classes="why", id="larger", markup=False)
            yield Static(classes="term", id="term", markup=False)
        with Vertical(id="bill"):
            yield AmountLines(id="bill-lines")
            yield Static(tr("月费按剩余天数折算，四舍五入到分"), classes="why", markup=False)
            yield Static(classes="term", id="return", markup=False)

    def on_mount(self) -> None:
        """Nothing is priced yet."""
        self.show(None)

    def show(self, price: Price | None) -> None:
        """Show what is chosen costs; None invites to choose."""
        self.set_class(price is not None, "-priced")
        if price is None:
            return
        tr = self._tr
        self.query_one("#total", BigDigits).text = short_yuan(price.today.total_fen)
        self.query_one("#today-lines", AmountLines).show(
            [AmountLine(quote_line_name(tr, line), (format_yuan(line.amount_fen),)) for line in price.today.lines]
        )
        self.query_one("#larger", Static).update(larger_of_both(tr, price))
        self.query_one("#bill-lines", AmountLines).show(
            bill_lines(tr, price.bill_if_collected_today, price.bill_if_collected_last)
        )
        self.query_one("#return", Static).update(later_return_line(tr, price))
        self.query_one("#term", Static).update(term_line(tr, price))


def bill_lines(tr: Translator, first: FirstBill, last: FirstBill) -> list[AmountLine]:
    """The first bill for both dates, line by line, the dates on top."""
    days = (month_day(first.activation_date), month_day(last.activation_date))
    lines = [
        AmountLine(tr("首月账单"), (tr("今天激活"), tr("最晚激活")), strong=True),
        AmountLine(tr("激活日期"), days),
    ]
    # Both have the same kinds of lines: only days differ between them.
    for one, other in zip(first.lines, last.lines, strict=True):
        lines.append(AmountLine(bill_line_name(tr, one), (format_yuan(one.amount_fen), format_yuan(other.amount_fen))))
    lines.append(AmountLine(tr("还需支付"), (format_yuan(first.to_pay_fen), format_yuan(last.to_pay_fen)), strong=True))
    if first.balance_fen or last.balance_fen:
        lines.append(AmountLine(tr("余额留用"), (format_yuan(first.balance_fen), format_yuan(last.balance_fen))))
    return lines
