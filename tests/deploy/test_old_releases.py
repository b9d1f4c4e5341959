"""An update keeps what runs and what ran before, whatever the machine's clock says (SPEC 10.5)."""

import re
import subprocess
from pathlib import Path

import pytest

INSTALLER = Path(__file__).parents[2] / "deploy/install.sh"


def left_after(root: Path, installed: str, before: str) -> set[str]:
    """Run the installer's own function on a folder; the names of the releases that it leaves."""
    found = re.search(r"^remove_old_releases\(\) \{\n.*?^\}\n", INSTALLER.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    program = f'set -eu\nrun() {{ "$@"; }}\n{found[0]}root=$1 release=$2 before=$3\nremove_old_releases\n'
    subprocess.run(["sh", "-c", program, "sh", str(root), installed, before], check=True)
    return {path.name for path in (root / "opt/kiosk").glob("releases/*")}


@pytest.mark.parametrize("clock", ["20250101-000000", "20991231-000000"], ids=["behind", "right"])
@pytest.mark.parametrize("before", ["/opt/kiosk/releases/20260301-120000", "releases/20260301-120000/"])
def test_the_new_release_and_the_one_before_stay(tmp_path: Path, clock: str, before: str) -> None:
    for name in ("20260101-120000", "20260201-120000", "20260301-120000", "20260401-120000", clock):
        (tmp_path / "opt/kiosk/releases" / name / "venv").mkdir(parents=True)
    assert left_after(tmp_path, f"/opt/kiosk/releases/{clock}", before) == {clock, "20260301-120000"}


def test_the_first_release_has_none_before_it(tmp_path: Path) -> None:
    assert left_after(tmp_path, "/opt/kiosk/releases/20260101-120000", "") == set()
    (tmp_path / "opt/kiosk/releases/20260101-120000").mkdir(parents=True)
    assert left_after(tmp_path, "/opt/kiosk/releases/20260101-120000", "") == {"20260101-120000"}
