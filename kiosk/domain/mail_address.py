"""E-mail addresses as every server on the way can carry them."""

import re

# What RFC 5322 calls a dot-atom, at a host name: no quoting, no comment, nothing that could end a header.
_ADDRESS = re.compile(
    r"(?P<local>[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@(?P<domain>[^\s@\x00-\x1f\x7f]{1,255})", re.ASCII
)
_HOST = re.compile(r"(?=.{1,253}$)(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_NAMED = re.compile(r" *\"?(?P<name>[^<>\"\x00-\x1f\x7f]{1,40}?)\"? *<(?P<address>[^<>]+)> *")
_LONGEST_LOCAL = 64


def in_ascii(address: str) -> str | None:
    """The address with its domain by IDNA; None for what isn't one, or what not every server takes (SMTPUTF8)."""
    found = _ADDRESS.fullmatch(address)
    if found is None or len(found["local"]) > _LONGEST_LOCAL:
        return None
    try:
        domain = found["domain"].encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{found['local']}@{domain}" if _HOST.fullmatch(domain) else None


def read_sender(text: str) -> tuple[str, str]:
    """The name (it may be empty) and the address of a sender: `a@b.example` or `Name <a@b.example>`.

    Raises ValueError for anything else.
    """
    named = _NAMED.fullmatch(text)
    address = in_ascii(named["address"] if named else text)
    if address is None:
        raise ValueError("not the address of a sender")
    return named["name"] if named else "", address
