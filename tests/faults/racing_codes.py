"""Fifty processes with one code: `python -m tests.faults.racing_codes URL VISIT PHONE RACERS CODE… [careless]`.

All of them are there before the first begins; each tries the codes of its turn, and what came of it is counted and
printed as JSON. With `careless`, the condition that decides who may try is left out: the control.
"""

import json
import os
import sys
from collections import Counter
from typing import Any

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.rules import Rules
from kiosk.services.check_code import spend_code
from kiosk.services.shop import Shop
from storage import code_challenges
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.number_index import NumberIndex
from tests.services.small_shop import START, MovableClock


def forget_to_ask() -> None:
    """Let whoever comes try a code, whatever became of it."""
    statement: Any = code_challenges._COUNT_TRY
    statement._where_criteria = (statement._where_criteria[0],)
    code_challenges._COUNT_TRY = statement


def try_code(url: str, visit_id: str, phone: int, code: str) -> str:
    """What came of one try."""
    database = open_database(url, FieldCipher({1: bytes(range(64))}, bytes(range(32))))
    nothing_sent: Any = None
    shop = Shop(database, MovableClock(START), {}, nothing_sent, Rules(), NumberIndex(), "jn01-1")
    try:
        with spend_code(shop, visit_id, CodePurpose.SIGN_IN, phone, code):
            return "in"
    except Exception as fault:  # noqa: BLE001  # its name is what is counted
        return type(fault).__name__


def main() -> None:
    """Race, and print how often each thing came of it."""
    url, visit_id, phone, racers, *codes = [word for word in sys.argv[1:] if word != "careless"]
    if "careless" in sys.argv:
        forget_to_ask()
    gate, results = os.pipe(), os.pipe()
    for place in range(int(racers)):
        if os.fork() == 0:
            os.close(gate[1])
            os.read(gate[0], 1)
            told = try_code(url, visit_id, int(phone), codes[place % len(codes)])
            os.write(results[1], f"{told}\n".encode())
            os._exit(0)
    # Everybody waits for this end to be closed.
    os.close(gate[1])
    os.close(results[1])
    with open(results[0]) as told_by_all:
        print(json.dumps(Counter(line.strip() for line in told_by_all)))


if __name__ == "__main__":
    main()
