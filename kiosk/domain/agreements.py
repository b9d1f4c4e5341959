"""Agreements that a customer accepts, by code and version; the version is recorded with the acceptance."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement's text, as of one version (the day it came into force)."""

    code: str
    version: str


NUMBER_SELECTION = Agreement("number_selection", "2026-11-01")
"""选号入网协议, accepted when a number is ordered (SPEC 4.6)."""

REGISTRATION = Agreement("registration", "2026-11-01")
"""在线注册协议, accepted when a member registers (SPEC 3.1)."""

SERVICE = Agreement("service", "2026-11-01")
"""业务办理协议, accepted at every sign-in (SPEC 3.4)."""
