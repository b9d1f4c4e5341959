"""The passwords that people choose most often, which nobody may choose here (SPEC 3.6).

The file is Django's, unchanged: 19,640 passwords of known leaks in lower case, under the licence beside it.
"""

import gzip
from importlib.resources import files


def read_common_passwords() -> frozenset[str]:
    """All of them, read anew each time: 5 ms beside the hash that follows, and no 2 MB that stay in memory."""
    packed = (files("kiosk.services.common_passwords") / "common-passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())
