"""Money is integer fen; this is how it is written, read and shared out."""

import re
import unicodedata

FEN_PER_YUAN = 100

# Nine digits of yuan are more than the shop will ever take; the bound keeps a pasted novel out of int().
_YUAN = re.compile(r"(?P<yuan>\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(?P<fen>\d{1,2}))?", re.ASCII)
_LONGEST_TEXT = 32


def format_yuan(amount_fen: int) -> str:
    """Write an amount as customers read it, always to the fen.

    >>> format_yuan(112800)
    '¥1,128.00'
    >>> format_yuan(-50)
    '-¥0.50'
    """
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{'-' if amount_fen < 0 else ''}¥{yuan:,}.{fen:02d}"


def parse_yuan(text: str) -> int:
    """Read an amount of yuan (`128`, `1,128.5`, `¥128.00`, `128元`, full-width too) as fen.

    Raises ValueError for a negative amount, more than two decimals, or anything that is not an amount.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError("an amount of yuan is at most 32 characters long")
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise ValueError(f"not an amount of yuan with at most two decimals: {text!r}")
    return int(match["yuan"].replace(",", "")) * FEN_PER_YUAN + int((match["fen"] or "").ljust(2, "0"))


def prorate_half_up(amount: int, part: int, whole: int) -> int:
    """The share `amount × part ÷ whole`, a half rounded up; for money, in whole fen.

    Raises ValueError unless 0 ≤ part ≤ whole, whole > 0 and amount ≥ 0.
    """
    _check_share(amount, part, whole)
    return (2 * amount * part + whole) // (2 * whole)


def prorate_up(amount: int, part: int, whole: int) -> int:
    """The share `amount × part ÷ whole`, any fraction rounded up; for allowances, in the customer's favour.

    Raises ValueError unless 0 ≤ part ≤ whole, whole > 0 and amount ≥ 0.
    """
    _check_share(amount, part, whole)
    return -(-amount * part // whole)


def _check_share(amount: int, part: int, whole: int) -> None:
    if amount < 0 or whole <= 0 or not 0 <= part <= whole:
        raise ValueError(f"no share of {amount}: {part} of {whole}")
