"""`kiosk` of an installed machine: it sets the PIN where only root may, and never loses the one before (SPEC 9.2)."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = Path(__file__).parents[2] / "deploy/kiosk-command"


@dataclass(frozen=True)
class Machine:
    """A folder in place of the system, and what was run in it."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "credstore"

    @property
    def kept(self) -> Path:
        return self.store / "kiosk.staff_pin_hash"

    def have(self, name: str, text: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(self.folder / "kiosk-command"), *arguments],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin"},
        )

    def asked(self) -> list[str]:
        """What systemd-run was asked for, a word each."""
        return (self.folder / "asked").read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "systemd").mkdir()
    text = COMMAND.read_text().replace("/etc/credstore", str(machine.store))
    (tmp_path / "kiosk-command").write_text(text.replace("/run/systemd/system", str(tmp_path / "systemd")))
    machine.have("id", "echo 0")
    machine.have("systemd-run", f'printf "%s\\n" "$@" >"{tmp_path}/asked"; echo the-new-hash')
    return machine


def test_a_new_pin_is_kept_for_root_alone(machine: Machine) -> None:
    ended = machine.run("staff-pin")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert machine.kept.read_text() == "the-new-hash\n"
    assert machine.kept.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in machine.store.iterdir()] == [machine.kept.name]
    assert "systemctl restart kiosk-terminal" in ended.stdout
    assert "the-new-hash" not in ended.stdout
    assert machine.asked()[-3:] == ["/opt/kiosk/current/venv/bin/kiosk", "staff-pin", "--print"]
    assert "--uid=kiosk" in machine.asked()


@pytest.mark.parametrize(
    ("fails", "status"), [("exit 2", 2), ("echo half; exit 1", 1), ("exit 0", 1), ("kill -INT $PPID", 130)]
)
def test_a_pin_that_is_refused_leaves_the_old_one(machine: Machine, fails: str, status: int) -> None:
    machine.store.mkdir()
    machine.kept.write_text("the-old-hash")
    machine.have("systemd-run", fails)
    machine.have("systemctl", "exit 0")
    assert machine.run("staff-pin").returncode == status
    assert machine.kept.read_text() == "the-old-hash"
    assert [file.name for file in machine.store.iterdir()] == [machine.kept.name]


def test_who_gives_up_leaves_nobody_asking(machine: Machine) -> None:
    machine.have("systemd-run", f'printf "%s\\n" "$@" >"{machine.folder}/asked"; kill -INT $PPID')
    machine.have("systemctl", f'echo "$@" >"{machine.folder}/stopped"')
    machine.run("staff-pin")
    [unit] = [word.removeprefix("--unit=") for word in machine.asked() if word.startswith("--unit=")]
    assert (machine.folder / "stopped").read_text() == f"stop {unit}.service\n"


def test_an_encrypted_one_is_encrypted_again(machine: Machine) -> None:
    encrypted = machine.folder / "credstore.encrypted/kiosk.staff_pin_hash"
    encrypted.parent.mkdir()
    encrypted.write_text("sealed the-old-hash")
    machine.have("systemd-creds", '[ "$1 $2" = "encrypt --name=staff_pin_hash" ] && sed "s/^/sealed /" "$3" >"$4"')
    assert machine.run("staff-pin").returncode == 0
    assert encrypted.read_text() == "sealed the-new-hash\n"
    assert list(machine.store.iterdir()) == []


@pytest.mark.parametrize("arguments", [("staff-pin", "--print"), ("numbers", "search", "--city", "济南 市"), ()])
def test_everything_else_is_the_programs_own(machine: Machine, arguments: tuple[str, ...]) -> None:
    ended = machine.run(*arguments)
    assert ended.stdout == "the-new-hash\n"
    asked = machine.asked()
    assert asked[asked.index("/opt/kiosk/current/venv/bin/kiosk") + 1 :] == list(arguments)
    assert not machine.store.exists()


def test_only_root_can_read_the_keys(machine: Machine) -> None:
    machine.have("id", "echo 1000")
    assert machine.run("doctor").returncode == 2
