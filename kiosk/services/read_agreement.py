"""The text of an agreement in the customer's language (SPEC 4.6)."""

from importlib.resources import files

from kiosk.domain.agreements import Agreement


def read_agreement(agreement: Agreement, language: str) -> str:
    """The whole text, as of the agreement's version; its first line names both."""
    folder = files("kiosk.locale") / "agreements" / agreement.code
    return (folder / f"{agreement.version}.{language}.md").read_text(encoding="utf-8")
