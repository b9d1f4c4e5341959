"""Hostile input, the same for the same seed: every byte, torn sequences, and texts that break programs."""

import random
from collections.abc import Callable

TEXTS = (
    # Nothing, and what looks like nothing.
    *("", " ", "\u3000", "\xa0", "\u200b\u200c\u200d\ufeff", "null", "None", "undefined", "\\N", "-", "."),
    # Numbers that aren't quite.
    *(
        "0",
        "-0",
        "00013800138000",
        "1e309",
        "NaN",
        "-Infinity",
        "0x1F",
        "1,000.00",
        "１３８００１３８０００",
        "٣٧٠١",
        "½",
    ),
    *("9" * 400, "-" * 200 + "1", "1/0", "0.1" + "0" * 100),
    # Writing in both directions, marks on marks, and characters of every plane.
    *(
        "\u202e反向\u202c",
        "\u2066隔离\u2069",
        "שלום ١٢٣ hello",
        "a" + "\u0301\u0328\u0336" * 60,
        "ﷺ",
        "𱍐𬭎䶮",
        "Ω≈ç√∫˜µ",
    ),
    *(
        "👩‍👩‍👧‍👦🏽🇨🇳",
        "\ufdd0\ufffe\U0010ffff",
        "\ue000\U000f0000",
        "ǅ ß ſ ŉ İ ı",
        "ｶﾞ ㍿ ㈱",
        "\u2028\u2029\x85",
        "‘’“”…—",
    ),
    # Code of other languages, which no field may run.
    *("<img src=x onerror=alert(1)>", "<!--#exec cmd=id-->", "'; UPDATE numbers SET tier=0; --", '" OR ""="', "%' --"),
    *("${7*7}", "{{7*7}}", "{0.__class__}", "%s%n%d%x", "$(touch x)", "`id`", "| id", "; id &", "%00%0a", "\\x1b[2J"),
    *("../../../etc/passwd", "C:\\CON\\NUL", "file:///dev/tty", "javascript:alert(1)", "\\\\host\\share", "~root"),
    *("__import__('os').abort()", "=cmd|' /C calc'!A0", "@SUM(1+1)", "&amp;&#0;&lt;", "]]>", "<?xml version='1.0'?>"),
    # Markup that the libraries of this program know.
    *(
        "[bold red]x[/]",
        "[@click=app.quit]x[/]",
        "[link=file:///]x[/link]",
        "[/]",
        "\\[",
        "[$primary",
        ":smile:",
        "{name}",
    ),
    # People's real names, and people's real trouble with forms.
    *("欧阳娜娜", "买买提·吐尔逊", "O’Brien-Ñandú", "Null Test", "王", "张" * 80, "a b\tc\r\nd", "单 解 尉 𱍐 🀄"),
)
"""One or more of every kind in lists of naughty strings."""

SEQUENCES = (
    *(
        b"\x1b]52;c;aGVsbG8=\x07",
        b"\x1b]0;title\x07",
        b"\x1b]8;;http://x\x1b\\y",
        b"\x1b]4;1;?\x07",
        b"\x1b]1337;x\x07",
    ),
    *(
        b"\x1bP+q544e\x1b\\",
        b'\x1bP$q"p\x1b\\',
        b"\x1bPq#0;2;0;0;0~\x1b\\",
        b"\x1b_Gi=1;\x1b\\",
        b"\x1b^x\x1b\\",
        b"\x1bXx\x1b\\",
    ),
    *(
        b"\x1b[6n",
        b"\x1b[c",
        b"\x1b[>c",
        b"\x1b[?1049l",
        b"\x1b[?25l",
        b"\x1b[!p",
        b"\x1bc",
        b"\x1b[2J",
        b"\x1b[3J",
        b"\x1b[?2026h",
    ),
    *(
        b"\x1b[48;24;80;0;0t",
        b"\x1b[9999999999;5u",
        b"\x1b[27;5;99~",
        b"\x1b[57358u",
        b"\x1b[I",
        b"\x1b[O",
        b"\x1b[?2026;2$y",
    ),
    *(
        b"\x1b[11~",
        b"\x1b[24~",
        b"\x1bOP",
        b"\x1b[[A",
        b"\x1b[1;5D",
        b"\x1b\x1b[A",
        b"\x1bq",
        b"\x1b[M\xff\xff\xff",
        b"\x9b31m",
    ),
)
"""What terminals send or obey, forged."""

_HANZI = "济南市历下区号码套餐姓名证件"


def typed_noise(seed: int, size: int) -> bytes:
    """Only what stays where it is typed: texts without Enter, Escape, Tab and the mouse, pasted and typed."""
    rng = random.Random(seed)
    data = b""
    while len(data) < size:
        text = rng.choice(TEXTS).encode(errors="replace")
        quiet = bytes(byte for byte in text if byte not in b"\r\n\t\x1b")
        data += rng.choice([b"\x1b[200~%b\x1b[201~" % text, quiet, rng.choice(TEXTS).encode("gbk", "ignore")[:20]])
        data += b"\x7f" * rng.randrange(12)
    return data


def noise(seed: int, size: int) -> bytes:
    """Bytes of every value and torn pieces of everything a terminal can send."""
    rng = random.Random(seed)

    def number() -> bytes:
        return str(rng.choice([0, 1, 5, 24, 80, 999, 2**31, 10**30])).encode()

    def parameters() -> bytes:
        return rng.choice([b"", b"<", b"?", b">", b"="]) + b";".join(number() for _ in range(rng.randrange(6)))

    def string() -> bytes:
        opened = b"\x1b" + bytes([rng.choice(b"]PX^_O")])
        return opened + rng.randbytes(9) + rng.choice([b"\x1b\\", b"\x07", b""])

    def mouse() -> bytes:
        return b"\x1b[<%d;%d;%d%c" % (rng.randrange(160), rng.randrange(200), rng.randrange(60), rng.choice(b"Mm"))

    kinds: list[Callable[[], bytes]] = [
        lambda: rng.randbytes(rng.randrange(1, 40)),
        lambda: b"\x1b[" + parameters() + rng.choice([b"", b"$", b" "]) + bytes([rng.randrange(0x40, 0x7F)]),
        mouse,
        lambda: b"".join(mouse() for _ in range(20)),
        lambda: b"\x1b[<%d;%d;%dM" % (rng.randrange(160), rng.randrange(20_000), rng.randrange(20_000)),
        lambda: b"\x1b[200~" + rng.randbytes(rng.randrange(30)) + rng.choice([b"\x1b[201~", b""]),
        string,
        lambda: rng.choice(SEQUENCES),
        lambda: rng.choice(SEQUENCES)[: rng.randrange(1, 9)],
        lambda: rng.choice(TEXTS).encode(errors="surrogatepass")[: rng.randrange(1, 120)],
        lambda: _HANZI.encode("gbk")[: rng.randrange(1, 20)],
        lambda: rng.choice(TEXTS).encode("utf-16")[:40],
        lambda: bytes(range(256)),
        lambda: b"\x11\x03\x1a\x1c\x11" + b"\x1b" * rng.randrange(4),
    ]
    data = b""
    while len(data) < size:
        data += rng.choice(kinds)()
    return data[:size]
