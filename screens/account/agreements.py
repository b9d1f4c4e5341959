"""The agreements of accounts, as a line to accept and a text to read (SPEC 3.1, 3.4)."""

from kiosk.domain.agreements import Agreement as AgreementText
from kiosk.locale import Translator
from kiosk.services.read_agreement import read_agreement
from kiosk.services.shop import Shop
from widgets.agreement import Agreement, AgreementWords


def agreement_line(
    tr: Translator, shop: Shop, agreement: AgreementText, name: str, *, agreed: bool, has_read: bool = True
) -> Agreement:
    """An agreement of this name; where `has_read` is False, it must be opened before it can be accepted."""
    words = AgreementWords(
        name=name,
        agree=tr("我已阅读并同意《{name}》", name=name),
        read=tr("阅读全文"),
        close=tr("关闭"),
        page_up=tr("上一页"),
        page_down=tr("下一页"),
        accept=tr("同意"),
    )
    return Agreement(
        words, lambda: read_agreement(shop, agreement, tr.language), agreed=agreed, has_read=has_read, id="agreement"
    )
