"""Whatever is typed, pasted or forged at the real program: it stays, answers, and echoes nothing (SPEC 9.2)."""

import random
import shutil
import termios
from pathlib import Path

import pytest

from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.services.load_stock import fill_demonstration
from tests.terminal import real_kiosk
from tests.terminal.noise import noise, typed_noise
from tests.terminal.real_kiosk import ATTRACT, CUSTOMER, HOME, RealKiosk
from tests.terminal.real_terminal import SHOWN
from tests.terminal.test_real_terminal import KILLERS

SIZES = (0, 1, 3, 20, 79, 80, 120, 200, 500, 65535), (0, 1, 2, 23, 24, 40, 60, 200)
FORGED = (
    b"\x1b[?1049l",
    b"\x1b[2J",
    b"\x1b[3J",
    b"\x1b[6n",
    b"\x1b[c",
    b"\x1b[!p",
    b"\x1b]52",
    b"\x1b]0;",
    b"\x1bP",
    b"\x1bc",
)
UNLOCKED = str(Path(real_kiosk.__file__).with_name("unlocked_kiosk.py"))
FAULTS = ("crash", "unhandled", "unraisable", "input_dropped", "input_restarted", "event_loop_report")


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a small demonstration, to be copied."""
    data_dir = tmp_path_factory.mktemp("stocked")
    with open_shop(Settings(data_dir=data_dir), terminal=False, announce=lambda _line: None) as opened:
        fill_demonstration(opened.shop.database, 1000, 1)
    return data_dir


@pytest.fixture
def data_dir(stocked: Path, tmp_path: Path) -> Path:
    return shutil.copytree(stocked, tmp_path / "data")


def storm(kiosk: RealKiosk, data: bytes, rng: random.Random, resizes: float) -> bytes:
    """Send it in pieces, changing the window's size now and then; what was shown meanwhile."""
    kiosk.output = b""
    for start in range(0, len(data), 500):
        kiosk.send(data[start : start + 500])
        if rng.random() < resizes:
            kiosk.resize(rng.choice(SIZES[0]), rng.choice(SIZES[1]))
    kiosk.resize(500, 200)
    kiosk.resize(120, 40)
    # A paste or string left open ends after a second.
    kiosk.look(1.2)
    return kiosk.output


def check_unharmed(kiosk: RealKiosk, shown: bytes) -> None:
    assert kiosk.running()
    assert b"\x1b" not in SHOWN.sub(b"", shown), "a raw escape was echoed"
    assert [forged for forged in FORGED if forged in shown] == []
    assert not termios.tcgetattr(kiosk.master)[3] & (termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    log = kiosk.log.read_text() if kiosk.log.exists() else ""
    assert [fault for fault in FAULTS if f'"{fault}"' in log] == [], log[-2000:]
    assert "Traceback" not in shown.decode(errors="replace") + log


def check_answers(kiosk: RealKiosk) -> None:
    """It finds its way back to the attract screen by Escape, and begins with the next person."""
    kiosk.back_to_attract()
    kiosk.settle(0.3)
    kiosk.send(b"\r")
    kiosk.wait_for(HOME)


def test_50_000_hostile_bytes_are_survived_anywhere_and_in_every_field(data_dir: Path) -> None:
    rng = random.Random(50_000)
    anywhere, fields, amid = noise(1, 20_000), typed_noise(2, 10_000), noise(3, 20_000)
    assert set(anywhere) == set(range(256))
    with RealKiosk(data_dir, KIOSK_ALLOW_QUIT="no", KIOSK_REDUCED_MOTION="yes") as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        check_unharmed(kiosk, storm(kiosk, anywhere, rng, 0.3))
        check_answers(kiosk)
        kiosk.back_to_attract()
        kiosk.go_to_customer()
        for field in range(3):
            check_unharmed(kiosk, storm(kiosk, fields[field::3], rng, 0))
            kiosk.send(b"\t")
        # Nothing of it has led anywhere else.
        kiosk.output = b""
        kiosk.resize(121, 40)
        kiosk.wait_for(CUSTOMER)
        check_unharmed(kiosk, storm(kiosk, amid, rng, 0.1))
        check_answers(kiosk)


@pytest.mark.parametrize("killer", KILLERS.values(), ids=KILLERS.keys())
def test_without_our_driver_it_never_answers_again(data_dir: Path, killer: bytes) -> None:
    """The control: the same program with Textual's own driver."""
    with RealKiosk(data_dir, program=(UNLOCKED, "driver"), KIOSK_REDUCED_MOTION="yes") as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        kiosk.settle(0.3)
        kiosk.send(killer)
        kiosk.look(2.5)
        kiosk.output = b""
        if kiosk.running():
            kiosk.send(b"\r")
            kiosk.look(1.5)
        assert HOME.encode() not in kiosk.output


def test_without_the_filter_the_same_bytes_do_harm(data_dir: Path) -> None:
    """The other control: our driver, but every byte reaches Textual's parser."""
    with RealKiosk(data_dir, program=(UNLOCKED, "filter"), KIOSK_REDUCED_MOTION="yes") as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        shown = storm(kiosk, noise(1, 20_000), random.Random(50_000), 0.3)
        with pytest.raises(AssertionError):
            check_unharmed(kiosk, shown)
