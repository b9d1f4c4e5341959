"""How recipients of messages are shown to staff (SPEC 10.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.notices import mask_recipient


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("13853178888", "138****8888"),
        ("li.hua@example.com", "l***@example.com"),
        ("李华@例子.com", "李***@例子.com"),
        ("", "***"),
        ("@example.com", "***"),
        ("123", "***"),
        ("²³", "***"),
        ("somebody", "***"),
    ],
)
def test_a_recipient_is_masked(recipient: str, shown: str) -> None:
    assert mask_recipient(recipient) == shown


@given(st.text(alphabet=st.characters(exclude_characters="@*"), min_size=2), st.text(max_size=20))
def test_nobody_is_shown_whole(local: str, domain: str) -> None:
    assert local not in mask_recipient(f"{local}@{domain}").removesuffix(f"@{domain}")
