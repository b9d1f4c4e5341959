"""`kiosk staff-pin`: set the PIN by which staff leave the terminal."""

import getpass
import os
import sys
import uuid
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.ending import DONE, Problem, WrongUsage
from kiosk.config import read_settings
from kiosk.domain.staff_pin import PIN_DIGITS, PinFault, pin_fault
from kiosk.locale import Translator
from kiosk.services.admit_staff import hash_pin

_SETTING = "staff_pin_hash"


def staff_pin(
    to_output: Annotated[bool, typer.Option("--print", help="Print the hash instead of keeping it.")] = False,
) -> int:
    """Set the PIN by which staff leave the terminal; asks for it twice, or reads one line that is piped in."""
    settings = read_settings().settings
    tr = Translator(settings.language)
    hashed = hash_pin(_ask(tr))
    if to_output:
        print(hashed)
        return DONE
    file = settings.secrets / _SETTING
    _keep(file, hashed)
    print(tr("已写入 {file}。终端下次启动时生效。", file=file))
    return DONE


def _ask(tr: Translator) -> str:
    is_asked = sys.stdin.isatty()
    pin = getpass.getpass(tr("新的员工密码：")) if is_asked else sys.stdin.readline().rstrip("\r\n")
    match pin_fault(pin):
        case PinFault.FORM:
            least, most = PIN_DIGITS[0], PIN_DIGITS[-1]
            raise WrongUsage(tr("员工密码应为 {least} 到 {most} 位数字。", least=least, most=most))
        case PinFault.WEAK:
            raise WrongUsage(tr("这个密码太容易猜到（连号、重复、日期等），请换一个。"))
        case None:
            pass
    if is_asked and getpass.getpass(tr("再输一次：")) != pin:
        raise Problem(tr("两次输入不一致，没有做任何更改。"))
    return pin


def _keep(file: Path, hashed: str) -> None:
    """Write it for this user alone, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}-{uuid.uuid4().hex}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as writing:
            writing.write(f"{hashed}\n")
            writing.flush()
            os.fsync(writing.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
