"""The log: one JSON object a line, in files only, without personal data (SPEC 10.3).

Standard error is the terminal's screen, so nothing is ever written there.
"""

import logging
import os
import re
from collections.abc import Mapping, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final, TextIO

import structlog
from structlog.typing import Processor

from kiosk.terminal.crash import describe

_FILE_BYTES: Final = 5 * 1024 * 1024
_OLDER_FILES: Final = 4
_MSISDN = re.compile(r"(?<![0-9])(1\d\d)([ -]?)\d{4}\2(\d{4})(?![0-9])")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{3})\d{13}(\d[0-9Xx])(?![0-9A-Za-z])")


def set_up_logging(file: Path, level: str) -> None:
    """Send every log of the process, ours and the libraries', to `file`; five files of 5 MB are kept.

    Nothing is opened before the first record, and a log that can't be written stops nobody.
    """
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = _SharedFile(file)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                describe_exceptions,
                mask_personal_data,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda value: type(value).__name__),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # httpx logs every request with its full address, which can hold a cashier's token; uvicorn tells its life story.
    for chatty in ("httpx", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def describe_exceptions(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep an exception's types and places in the code; its message may quote what a person typed."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event.update(describe(error))
    return event


def mask_personal_data(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask whatever looks like a phone or an ID number; the second net, for nobody should log one to begin with."""
    return {name: _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    match value:
        case int() if not isinstance(value, bool):
            text = _masked_text(str(value))
            masked: Any = value if text == str(value) else text
        case str():
            masked = _masked_text(value)
        case bytes():
            masked = f"{len(value)} bytes"
        case Mapping():
            masked = {_masked_text(str(name)): _masked(each) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            masked = [_masked(each) for each in value]
        case _:
            masked = value
    return masked


def _masked_text(text: str) -> str:
    return _ID_NUMBER.sub(r"\1*************\2", _MSISDN.sub(r"\1****\3", text))


class _SharedFile(RotatingFileHandler):
    """A rotating file that several processes append to: each notices when another has begun a new one."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=_FILE_BYTES, backupCount=_OLDER_FILES, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The stream is None before the first record.
            if self.stream is not None and not _is_still(self.baseFilename, self.stream):
                self.stream.close()
                self.stream = self._open()
        except OSError:
            return
        super().emit(record)


def _is_still(name: str, stream: TextIO) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), os.stat(name))
    except FileNotFoundError:
        return False
