"""How every command ends: status 0 done, 1 a problem found, 2 wrong usage, and never a traceback."""

import os
import sys
from collections.abc import Callable, Mapping

from kiosk.config import PREFIX, SettingInvalid, read_settings
from kiosk.domain.errors import ShopUnavailable
from kiosk.locale import Translator

DONE, PROBLEM, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class Problem(Exception):
    """The command can't do what was asked; the text is one line that says why and what to do."""


class WrongUsage(Exception):
    """The command was called wrongly; the text is one line that says what is allowed."""


def end_well(command: Callable[[], int]) -> int:
    """Run a command and return its exit status, telling of whatever it raises in one line."""
    for stream in (sys.stdout, sys.stderr):
        # Arguments may hold bytes that aren't text, and are quoted back.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # real files here
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has seen enough; Python would complain about it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except (SettingInvalid, WrongUsage) as fault:
        return tell(str(fault), WRONG_USAGE)
    except ImportError as fault:
        tr = Translator(language_in_force())
        return tell(tr("安装不完整：缺少 {name}。请运行 {command}。", name=fault.name, command="make setup"), PROBLEM)
    except Exception as fault:  # noqa: BLE001  # the last net: what falls through it is told calmly and logged
        return tell(_explain(fault), PROBLEM)
    return status


def tell(line: str, status: int) -> int:
    """Print one line of explanation, without whatever would control a terminal, and give the status back."""
    from kiosk.terminal.input_filter import clean_line  # noqa: PLC0415  # a terminal that starts well says nothing here

    print(clean_line(line), file=sys.stderr)
    return status


def _explain(fault: Exception) -> str:
    from kiosk.composition import CannotOpen  # noqa: PLC0415  # heavy, and here only its name is needed

    tr = Translator(language_in_force())
    match fault:
        case CannotOpen() | Problem():
            return str(fault)
        case ShopUnavailable():
            return tr("数据库暂时无法使用，没有做任何更改。请稍后再试，或运行 {command} 检查。", command="kiosk doctor")
        case OSError():
            return tr("无法使用 {where}：{reason}", where=fault.filename or "-", reason=fault.strerror or fault.errno)
    from kiosk.terminal.crash import log_crash  # noqa: PLC0415  # heavy, and hardly ever needed

    log_crash("command_fault", fault)
    return tr("发生了意外错误。详情见日志；请运行 {command} 检查。", command="kiosk doctor")


def language_in_force(environ: Mapping[str, str] | None = None) -> str:
    """The language to speak in, even while other settings can't be read."""
    environ = os.environ if environ is None else environ
    try:
        return read_settings(environ).settings.language
    except OSError:
        # The catalogue of that language isn't there; Chinese needs none.
        return "zh"
    except SettingInvalid:
        return "en" if environ.get(f"{PREFIX}LANGUAGE") == "en" else "zh"
