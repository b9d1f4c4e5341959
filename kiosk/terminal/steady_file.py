"""The terminal as a file that can't fail."""

import os
from typing import IO


class SteadyFile:
    """Writes to the terminal; once it is gone, output is dropped.

    A write error would end Textual's writer thread, and the app would then block on its full queue for ever.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, or drop."""
        try:
            self._file.write(text)
        except OSError:
            self._drop_output()

    def flush(self) -> None:
        """Flush, or drop."""
        try:
            self._file.flush()
        except OSError:
            self._drop_output()

    def fileno(self) -> int:
        """The terminal's own."""
        return self._file.fileno()

    def _drop_output(self) -> None:
        # In place of the terminal, so that what is still buffered goes there too: the interpreter would else fail
        # to write it at exit and change the exit status to 120.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._file.fileno())
        os.close(nowhere)
