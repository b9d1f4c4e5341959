"""The text of an agreement in the customer's language, with the shop's own figures (SPEC 4.6, 7.1)."""

from importlib.resources import files

from kiosk.domain.agreements import Agreement
from kiosk.services.figures import figures
from kiosk.services.shop import Shop


def read_agreement(shop: Shop, agreement: Agreement, language: str) -> str:
    """The whole text, as of the agreement's version, its time limits and quantities those in force at the shop.

    The first line names the agreement and its version.
    """
    folder = files("kiosk.locale") / "agreements" / agreement.code
    text = (folder / f"{agreement.version}.{language}.md").read_text(encoding="utf-8")
    return text.format_map(figures(shop.rules))
