"""The pinyin input method beside plain pinyinIME, in one run: time, memory, and how many touches a name takes.

    python -m benchmarks.pinyin

A key is what a person waits for: one more letter, and the candidates for all of them, in processor time, so that other
programs on the machine don't count. Memory and loading are measured in processes of their own, with numpy loaded
before, which the terminal has anyway for its numbers.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pinyinIME.engine import PinyinEngine

from benchmarks.pinyin_reach import (
    Effort,
    OurSession,
    Session,
    Target,
    by_initials,
    districts,
    effort,
    fully,
    names,
)
from widgets.pinyin.lexicon import open_lexicon
from widgets.pinyin.method import LONGEST_COMPOSITION, PinyinMethod
from widgets.pinyin.purpose import NAMES, Purpose, places
from widgets.pinyin.syllables import SYLLABLES

SEED = 20_261_124
ALL_CANDIDATES = 300
"""As many as pinyinIME ever has."""
LOADING = """
import re, sys, time, pathlib, numpy
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text()).group(1)) / 1024
before, start = resident(), time.perf_counter()
{loading}
print(time.perf_counter() - start, resident() - before)
"""
OURS = """
from widgets.pinyin.lexicon import open_lexicon
from widgets.pinyin.method import PinyinMethod
from widgets.pinyin.purpose import NAMES
method = PinyinMethod(open_lexicon(pathlib.Path(sys.argv[1])), NAMES)
for letter in "ouyangnana": method.feed(letter)
"""
THEIRS = """
from pinyinIME.engine import PinyinEngine
PinyinEngine().query("ouyangnana", 0, 9)
"""


class PlainSession:
    """Plain pinyinIME; after a choice the person types what is left, so to speak, since it keeps no composition."""

    def __init__(self, engine: PinyinEngine) -> None:
        self._engine = engine
        self._letters = ""
        self._offered: Sequence[dict[str, object]] = []

    def type(self, letters: str) -> Sequence[str]:
        """Type the letters; the candidates then."""
        self._letters = letters
        self._offered = self._engine.query(letters, 0, ALL_CANDIDATES)["candidates"] if letters else []
        return [str(one["word"]) for one in self._offered]

    def take(self, index: int) -> Sequence[str]:
        """Take a candidate; those for what is left."""
        parts = self._engine.segment(self._letters)[len(str(self._offered[index]["word"])) :]
        return self.type("".join(parts))


def main() -> None:
    """Measure everything and print three tables."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        lexicon = open_lexicon(Path(folder))
        making, size = time.perf_counter() - start, sum(file.stat().st_size for file in Path(folder).iterdir())
        engine = PinyinEngine()
        ours, theirs = loaded(OURS, folder), loaded(THEIRS, folder)
    print(f"{'':<34}{'ours':>10}{'pinyinIME':>12}{'ratio':>8}")
    row("load, ms (its file is there)", ours[0] * 1000, theirs[0] * 1000)
    row("memory, MB", ours[1], theirs[1])
    print(f"lexicon made in {making:.1f} s, once; its file has {size / 1e6:.1f} MB\n")
    everywhere = places(target.text for target in districts())
    print(f"{'ms a key':<34}{'ours':>10}{'pinyinIME':>12}{'ratio':>8}")
    for title, purpose, texts in (
        ("300 names", NAMES, [fully(target) for target in names()]),
        ("300 names by initials", NAMES, [by_initials(target) for target in names()]),
        ("136 districts", everywhere, [fully(target) for target in districts()]),
        ("names, 40 letters", NAMES, long_texts()),
        ("addresses, 40 letters", everywhere, long_texts()),
    ):
        method = PinyinMethod(lexicon, purpose)
        mine = keys_timed(texts, method.reset, method.feed)
        plain = queries_timed(texts, lambda letters: engine.query(letters, 0, ALL_CANDIDATES))
        row(f"{title}, p50", statistics.median(mine), statistics.median(plain))
        row(f"{title}, p99", percentile(mine), percentile(plain))
    print(f"\n{'':<34}{'ours':>10}{'pinyinIME':>12}{'ratio':>8}")
    for title, targets, purpose in (("names", names(), NAMES), ("districts", districts(), everywhere)):
        reached(title, targets, OurSession(lexicon, purpose), PlainSession(engine))
    print("\ndistricts without a list of what is possible")
    reached("districts", districts(), OurSession(lexicon, Purpose()), PlainSession(engine))


def reached(title: str, targets: Sequence[Target], ours: Session, theirs: Session) -> None:
    """Print what share is reached on first screens, and the mean number of touches."""
    in_full = [[effort(session, target, fully) for target in targets] for session in (ours, theirs)]
    shorter = [[effort(session, target, by_initials) for target in targets] for session in (ours, theirs)]

    def share(efforts: Iterable[Effort | None], holds: Callable[[Effort], bool]) -> float:
        return 100 * sum(one is not None and holds(one) for one in efforts) / len(targets)

    def mean(efforts: Iterable[int | None]) -> float:
        return statistics.fmean(touches for touches in efforts if touches is not None)

    def cheapest(side: int) -> list[int | None]:
        pairs = zip(in_full[side], shorter[side], strict=True)
        return [min((one.touches for one in pair if one), default=None) for pair in pairs]

    row(f"{title}: first screens, %", *(share(efforts, lambda one: one.first_screens) for efforts in in_full))
    row(f"{title}: in one choice, %", *(share(efforts, lambda one: one.at_once) for efforts in in_full))
    row(f"{title}: can be written, %", *(share(efforts, lambda _: True) for efforts in in_full))
    row(f"{title}: touches, full pinyin", *(mean(one and one.touches for one in efforts) for efforts in in_full))
    row(f"{title}: touches, cheapest", *(mean(cheapest(side)) for side in (0, 1)))


def keys_timed(texts: Iterable[str], reset: Callable[[], None], feed: Callable[[str], object]) -> list[float]:
    """Milliseconds of each key."""
    times: list[float] = []
    for text in texts:
        reset()
        for letter in text:
            start = time.thread_time()
            feed(letter)
            times.append((time.thread_time() - start) * 1000)
    return times


def queries_timed(texts: Iterable[str], query: Callable[[str], object]) -> list[float]:
    """Milliseconds of each query with one letter more; of long texts only every fifth, since some take a second."""
    times: list[float] = []
    for text in texts:
        for length in range(1, len(text) + 1, 5 if len(text) == LONGEST_COMPOSITION else 1):
            start = time.thread_time()
            query(text[:length])
            times.append((time.thread_time() - start) * 1000)
    return times


def long_texts() -> list[str]:
    """Texts as long as can be: of any syllables, of ambiguous ones, of initials, of any letters."""
    chance = random.Random(SEED)
    kinds = (SYLLABLES, ["xian", "jinan", "fangan", "nanao"], list("bpmfdtnlgkhjqxzcsryw"), list("abcdefghijklmno"))
    return ["".join(chance.choices(kind, k=40))[:LONGEST_COMPOSITION] for kind in kinds for _ in range(10)]


def loaded(loading: str, folder: str) -> tuple[float, float]:
    """Seconds to load and the megabytes that it takes, the median of five processes."""
    command = [sys.executable, "-c", LOADING.format(loading=loading), folder]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(5)]
    seconds, megabytes = (statistics.median(float(run[column]) for run in runs) for column in (0, 1))
    return seconds, megabytes


def row(title: str, ours: float, theirs: float) -> None:
    """Print one line of a table."""
    print(f"{title:<34}{ours:>10.2f}{theirs:>12.2f}{theirs / ours:>8.2f}")


def percentile(times: Sequence[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(times, n=100, method="inclusive")[98]


if __name__ == "__main__":
    main()
