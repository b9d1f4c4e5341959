"""What `kiosk worker --once` says it has settled."""

from dataclasses import fields

import pytest

from kiosk.cli.working import _print_settled
from kiosk.locale import Translator
from kiosk.services.settle_deadlines import Settled


@pytest.mark.parametrize("name", [field.name for field in fields(Settled)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_that_was_settled_is_said(name: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    _print_settled(Translator(language), Settled(**{name: 3}))
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith(": 3")
