"""Hostile CSV, JSON, captions and Markdown headers."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import TALK, Case

_CUE = "{n}\n{at} --> 00:00:02,000\nANNA BERG: We want peace.\n\n"


def cases() -> Iterator[Case]:
    bad, big = "unreadable", "too_large"
    head = b"speaker,text\n"
    yield Case(
        "quotes.csv",
        lambda: head + b'A,"' + b"x\n" * 9_000_000,
        bad,
        "not CSV",
        memory=600,
        about="a quote that never ends",
    )
    yield Case(
        "field.csv",
        lambda: head + b"A," + b"x " * 10_000_000,
        None,
        "",
        seconds=30,
        memory=600,
        about="a field of 20 MB",
    )
    yield Case("columns.csv", lambda: b"speaker,text" + b",x" * 1_000_000 + b"\nA,b\n", big, "1,000,002 columns")
    yield Case("rows.csv", lambda: head + b"A,b\n" * 1_000_000, big, "rows", seconds=30, memory=600)
    yield Case(
        "labels.csv", lambda: head + b"".join(b"A%d,Yes.\n" % n for n in range(60_000)), big, "turns", seconds=30
    )
    yield Case("formula.csv", lambda: head + b"=cmd|' /C calc'!A0,We want peace.\nTom Ray,We do not.\n", None, "")
    yield Case("nul.csv", lambda: head + b"A,b\0c\n", bad, "control character")
    yield Case("deep.json", lambda: b"[" * 100_000, bad, "nested")
    yield Case("deeper.json", lambda: b'{"a":' * 100_000, bad, "nested")
    yield Case("number.json", lambda: b'{"utterances": [], "n": ' + b"9" * 1_000_000 + b"}", bad, "digits")
    yield Case("infinite.json", lambda: b'{"utterances": [{"speaker": "A", "text": "Yes."}], "title": 1e999}', None, "")
    yield Case("nan.json", lambda: b'{"utterances": [{"speaker": "A", "text": NaN}]}', bad, "text")
    yield Case("twice.json", lambda: b'[{"speaker": "A", "text": "Yes.", "text": "No."}]', bad, "twice")
    yield Case("half.json", lambda: b'[{"speaker": "A", "text": "Yes \\ud800."}]', "bad_value", "half of one")
    yield Case("nul.json", lambda: b'[{"speaker": "A", "text": "Yes \\u0000."}]', "bad_value", "NUL")
    yield Case("name.json", lambda: b'[{"speaker": "' + b"A" * 5_000_000 + b'", "text": "Yes."}]', bad, "no name")
    yield Case("turned.json", lambda: '[{"speaker": "\u202enediB", "text": "Yes."}]'.encode(), bad, "no name")
    yield Case(
        "many.json",
        lambda: b'[{"speaker":null,"text":""}' + b',{"speaker":null,"text":""}' * 400_000 + b"]",
        big,
        "400,001 entries",
        memory=600,
    )
    yield Case("overflow.srt", lambda: _CUE.format(n=1, at="99999999999999999999:00:01,000").encode(), bad, "no timing")
    yield Case("million.srt", lambda: b"1\n00:00:01,000 --> 00:00:02,000\nx\n\n" * 500_000, big, "500,000 cues")
    yield Case("million.vtt", lambda: b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 600_000, big, "600,000 cues")
    yield Case(
        "overflow.vtt",
        lambda: b"WEBVTT\n\n99999999999:00:01.000 --> 99999999999:00:02.000\n<v Anna>Yes.\n",
        bad,
        "bad timing",
    )
    yield Case(
        "tags.vtt",
        lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Yes." + b"<c>" * 1_000_000 + b"\n",
        None,
        "",
        seconds=30,
    )
    yield Case("laughs.md", lambda: laughs() + TALK.encode(), None, "")
    yield Case(
        "python.md",
        lambda: b"---\ntitle: !!python/object/apply:os.system ['true']\n---\n" + TALK.encode(),
        bad,
        "header",
    )
    yield Case("header.md", lambda: b"---\na: [" + b"[" * 100_000 + b"\n---\n" + TALK.encode(), big, "header")

    yield Case("number.md", lambda: b"---\ntitle: " + b"9" * 50_000 + b"\n---\n" + TALK.encode(), bad, "")


def laughs() -> bytes:
    lines = ["a0: &a0 [ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return ("---\n" + "\n".join(lines) + "\ntitle: *a11\n---\n").encode()
