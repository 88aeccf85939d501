"""Readers: every format is read into utterances that are exact slices, and bad files are refused with a remedy."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.transcript import Kind, Mark, Record, Transcript
from service.config import MAX_BYTES
from service.errors import BadValue, CounterposeError, NoSpeakers, TooLarge, Unreadable
from service.readers import Source, format_of, left_out, read, readers

# Two speakers of an invented event, in every format --------------------------------------------------------------

BERG, RAY = "FOREIGN MINISTER BERG", "SECRETARY RAY"
SAID = [
    (BERG, "We want a treaty on the northern waters, and we want it this year."),
    (RAY, "No treaty can be signed while ships are turned away."),
]


def _docx(table: bool = False) -> bytes:
    import docx

    document = docx.Document()
    if table:
        rows = document.add_table(len(SAID) + 1, 2).rows
        for row, cells in zip(rows, [("Speaker", "Text"), *SAID], strict=True):
            row.cells[0].text, row.cells[1].text = cells
    else:
        document.add_paragraph("Remarks at the harbour")
        for label, words in SAID:
            document.add_paragraph(f"{label}: {words}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _pdf() -> bytes:
    """A PDF of one page, written by hand: each line of text by its own operator."""
    lines = [f"{label}: {words}" for label, words in SAID]
    shown = " ".join(f"({line}) Tj 0 -40 Td" for line in lines)
    stream = f"BT /F1 10 Tf 40 700 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox[0 0 900 800]/Contents 4 0 R/Resources<< /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    file, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj %s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(file),
    )


EXAMPLES: dict[str, Callable[[], bytes]] = {
    "plain_text": lambda: "\n\n".join(f"{label}:  {words}" for label, words in SAID).encode(),
    "markdown": lambda: (
        "---\ntitle: Harbour\ndate: 2020-05-06\n---\n\n" + "\n\n".join(f"**{label}:** {words}" for label, words in SAID)
    ).encode(),
    "webvtt": lambda: (
        "WEBVTT\n\n"
        + "\n\n".join(f"00:0{i}:00.000 --> 00:0{i}:05.000\n<v {who}>{words}" for i, (who, words) in enumerate(SAID))
    ).encode(),
    "srt": lambda: "\n\n".join(
        f"{i + 1}\n00:0{i}:00,000 --> 00:0{i}:05,000\n{who}: {words}" for i, (who, words) in enumerate(SAID)
    ).encode(),
    "json_turns": lambda: (
        '{"title": "Harbour", "utterances": ['
        + ", ".join(f'{{"speaker": "{who}", "text": "{words}"}}' for who, words in SAID)
        + "]}"
    ).encode(),
    "csv_turns": lambda: ("speaker,text\n" + "\n".join(f'{who},"{words}"' for who, words in SAID)).encode(),
    "html": lambda: (
        "<!doctype html><html lang='en'><head><title>Harbour</title></head><body>"
        "<nav><a href='/'>Home</a></nav><article><h1>Remarks at the harbour</h1>"
        + "".join(f"<p>{who}:&nbsp; {words}</p>" for who, words in SAID)
        + "</article><footer>All rights reserved</footer></body></html>"
    ).encode(),
    "word": _docx,
    "pdf": _pdf,
}


def _text(text: str, name: str = "remarks.txt", speaker: str | None = None) -> Transcript:
    return read(Source(name, text.encode()), speaker)


def _refusal(source: Source) -> CounterposeError | None:
    try:
        read(source)
    except CounterposeError as refused:
        return refused
    return None


def _said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(u.label, transcript.text[u.start : u.end]) for u in transcript.utterances]


@pytest.mark.parametrize("name", sorted(readers()))
def test_every_format_names_its_suffixes_and_reads_its_example(name: str) -> None:
    reader = readers()[name]
    assert reader.SUFFIXES
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.SUFFIXES)
    source = Source(f"remarks{reader.SUFFIXES[0]}", EXAMPLES[name]())
    assert format_of(source) == name
    assert _said(read(source)) == SAID


@pytest.mark.parametrize("name", sorted(readers()))
def test_a_damaged_file_of_any_format_is_refused_in_words(name: str) -> None:
    suffix = readers()[name].SUFFIXES[0]
    whole = EXAMPLES[name]()
    for data in (b"\x00\x01\x02" * 50, whole[: len(whole) // 3] + b"\x00\xff", b"%PDF-1.4", b"PK\x03\x04"):
        with pytest.raises(BadValue) as refused:
            read(Source(f"remarks{suffix}", data))
        assert refused.value.message
        assert refused.value.remedy


def test_suffixes_belong_to_one_format_each() -> None:
    suffixes = [suffix for reader in readers().values() for suffix in reader.SUFFIXES]
    assert len(suffixes) == len(set(suffixes))


def test_the_page_of_formats_lists_every_suffix_and_no_other() -> None:
    page = (Path(__file__).parents[1] / "docs" / "formats.md").read_text("utf-8")
    listed = [cell for row in page.splitlines() if row.startswith("| ") for cell in [row.split("|")[2]]]
    suffixes = {suffix for reader in readers().values() for suffix in reader.SUFFIXES}
    assert set(re.findall(r"\.[a-z]+", " ".join(listed))) == suffixes


@pytest.mark.parametrize("name", ["webvtt", "srt", "json_turns", "html", "pdf", "word", "markdown"])
def test_a_format_is_known_by_its_first_bytes_where_the_name_has_no_suffix(name: str) -> None:
    assert format_of(Source("pasted text", EXAMPLES[name]())) == name


def test_a_word_table_with_speaker_and_words_is_read() -> None:
    assert _said(read(Source("remarks.docx", _docx(table=True)))) == SAID


# The stored text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_plain_text_is_stored_as_it_is_but_for_the_byte_order_mark(newline: str) -> None:
    text = f"ANNA BERG:  Yes.{newline}{newline}TOM RAY:\t No.\u00a0 {newline}"
    transcript = read(Source("a.txt", b"\xef\xbb\xbf" + text.encode()))
    assert transcript.text == text
    assert _said(transcript) == [("ANNA BERG", "Yes."), ("TOM RAY", "No.")]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "PRÉSIDENT BERNÉ: “Voilà” – c’est l’été.\n\nMINISTRE ÇELIK: Très bien, à demain."),
        ("utf-8-sig", "PRÉSIDENT BERNÉ: Voilà.\n\nMINISTRE ÇELIK: Très bien."),
        ("utf-16", "PRÉSIDENT BERNÉ: Voilà.\n\nMINISTRE ÇELIK: Très bien."),
        ("cp1252", "PRÉSIDENT BERNÉ: “Voilà” – c’est l’été.\n\nMINISTRE ÇELIK: Très bien, à demain."),
        ("cp1252", "SECRETARY BERG: We’re here.\n\nMINISTER RAY: No."),
        ("cp1250", "PREZIDENT: Děkuji vám za příležitost.\n\nMINISTR DVOŘÁK: Žádáme mír, souhlasím."),
        ("iso8859_2", "PREZYDENT DUDA: Chciałbym podziękować.\n\nPREMIER BĄK: Ja również, oczywiście, źle nie jest."),
        ("cp1254", "BAŞKAN ÇELİK: Barış istiyoruz.\n\nBAKAN IŞIK: Hayır, aynı görüşte değilim."),
        ("cp1251", "ПРЕЗИДЕНТ БЕРГ: Мы не хотим конфликтов. Это важно.\n\nМИНИСТР РЕЙ: Нет, мы не согласны с этим."),
        ("shift_jis", "総理大臣：平和を望みます。これはとても大切です。\n\n記者：なぜですか。\n\n総理大臣：はい。"),
    ],
)
def test_the_encoding_is_told_and_nothing_is_garbled(encoding: str, text: str) -> None:
    assert read(Source("a.txt", text.encode(encoding))).text == text


def test_other_formats_are_stored_as_one_utterance_a_paragraph() -> None:
    words = "Anna Berg,Yes.\nAnna Berg,And yes.\nTom Ray,No.\n"
    assert read(Source("a.csv", f"speaker,text\n{words}".encode())).text == "Anna Berg: Yes.\nAnd yes.\n\nTom Ray: No."


def test_an_encoding_that_cannot_be_told_is_refused() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        read(
            Source("a.txt", b"ANNA BERG: \xe4\xf8\xb9\xfe\xd0 yes indeed it is so.\n\nTOM RAY: No, it is not, by far.")
        )


# Labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        "PRIME MINISTER O'NEILL",
        "PRESIDENT VON DER BERG",
        "PRESIDENT McCALL",
        "FOREIGN MINISTER ÅS-LINDÉN",
        "THE VICE PRESIDENT",
        "MR. RAY (Norway)",
        "SPEAKER PRO TEMPORE BERG",
        "FIRST LADY BERG",
        "ПРЕЗИДЕНТ БЕРГ",
        "RAY",
        "SENATOR RAY (continuing)",
        "HELEN_RAY_(Reuters)",
    ],
)
def test_names_in_capitals_are_labels(label: str) -> None:
    transcript = _text(f"{label}:  We agree.\n\nSECRETARY BERG:  We do not.\n\n{label}:  Well.")
    name = label.removesuffix(" (continuing)")
    assert [u.label for u in transcript.utterances] == [name, "SECRETARY BERG", name]


@pytest.mark.parametrize(
    "opening",
    [
        "But let me be clear:",
        "As it relates to the people:",
        "The bottom line is this:",
        "Mr. President:",
        "Ladies and gentlemen:",
        "Excellencies:",
        "Remember:",
        "NATO:",
        "https://example.org",
        "At 5:30 p.m. we left:",
        "Berg’s answer was:",
        "Our first aim:",
        "President Berg, Prime Minister Ray:",
    ],
)
def test_words_before_a_colon_are_no_label(opening: str) -> None:
    body = f"{opening} peace is within reach. NATO knows it, and NATO has said so; NATO will act."
    transcript = _text(f"PRESIDENT BERG:  Good day.\n\n{body}\n\nSECRETARY RAY:  Good day.")
    assert {u.label for u in transcript.utterances} == {"PRESIDENT BERG", "SECRETARY RAY"}
    assert body in _said(transcript)[0][1]


def test_clock_times_beside_a_label_are_neither_label_nor_words() -> None:
    for text in (
        "Anna Berg: (00:12)\nYes.\n\nTom Ray : (01:02:03)\nNo.",
        "Anna Berg (00:12):\nYes.\n\nTom Ray (00:15):\nNo.",
        "Anna Berg 00:12\nYes.\n\nTom Ray 00:15\nNo.",
        "[00:00:12] Anna Berg: Yes.\n[00:00:15] Tom Ray: No.",
    ):
        assert _said(_text(text)) == [("Anna Berg", "Yes."), ("Tom Ray", "No.")], text


def test_names_a_line_each_are_found_without_blank_lines() -> None:
    transcript = _text("Anna Berg: Yes\nTom Ray: No, never\nAnna Berg: Why?")
    assert _said(transcript) == [("Anna Berg", "Yes"), ("Tom Ray", "No, never"), ("Anna Berg", "Why?")]


def test_scripts_without_capitals_and_french_spacing_are_read() -> None:
    assert [u.label for u in _text("王毅：我们希望和平。\n\n记者：为什么？\n\n王毅：因为。").utterances] == [
        "王毅",
        "记者",
        "王毅",
    ]
    french = _text("M. Dupont\u00a0: Bonjour.\n\nMme Roy\u00a0: Bonsoir.\n\nM. Dupont\u00a0: Merci.")
    assert [u.label for u in french.utterances] == ["M. Dupont", "Mme Roy", "M. Dupont"]


def test_questions_of_the_press_need_no_colon() -> None:
    transcript = _text("PRESIDENT BERG:  Yes?\n\nQ    Sir, why now?\n\nPRESIDENT BERG:  Because.\n\nQ: And then?")
    assert [(u.label, u.kind) for u in transcript.utterances] == [
        ("PRESIDENT BERG", Kind.SPEECH),
        ("Q", Kind.QUESTION),
        ("PRESIDENT BERG", Kind.SPEECH),
        ("Q", Kind.QUESTION),
    ]


def test_a_label_whose_line_break_was_lost_still_ends_the_turn_before_it() -> None:
    text = "Anna Berg: Yes.\n\nTom Ray: No.\n\nAnna Berg: Why?\n\nTom Ray: As I said. Anna Berg: You did not.\n"
    assert _said(_text(text))[-2:] == [("Tom Ray", "As I said."), ("Anna Berg", "You did not.")]


# What belongs to nobody ------------------------------------------------------------------------------------------

PAGE = """An official website of the Harbour

Remarks by Minister Berg and Secretary Ray: full text

East Room

8:32 A.M. EST

MINISTER BERG:  Welcome to the harbour. We have much to discuss.

It has been a long winter.  (Laughter.)

Part 2

SECRETARY RAY:  Thank you for having us here.

We shall see what comes of it.

(The press departs.)

END                 9:01 A.M. EST

Harbour Department

The Lessons of Winter: Ice and Its Future

Share this page
"""


def test_banners_headings_time_lines_and_footers_belong_to_nobody() -> None:
    transcript = _text(PAGE)
    assert _said(transcript) == [
        (
            "MINISTER BERG",
            "Welcome to the harbour. We have much to discuss.\n\nIt has been a long winter.  (Laughter.)",
        ),
        ("SECRETARY RAY", "Thank you for having us here.\n\nWe shall see what comes of it."),
    ]


def test_what_belongs_to_nobody_can_be_listed() -> None:
    listed = left_out(_text(PAGE))
    assert listed[:4] == (
        "An official website of the Harbour",
        "Remarks by Minister Berg and Secretary Ray: full text",
        "East Room",
        "8:32 A.M. EST",
    )
    assert listed[4:6] == ("Part 2", "(The press departs.)")
    assert listed[-1] == "Share this page"


@pytest.mark.parametrize(("printed", "date"), [("2021-12-02T10:00:00Z", "2021-12-02"), ("2021-02-30", None)])
def test_a_web_page_has_the_day_that_its_meta_tag_names_if_there_is_such_a_day(printed: str, date: str | None) -> None:
    page = (
        f'<html><head><meta name="date" content="{printed}"></head><body><p>ANNA BERG: We want peace.</p></body></html>'
    )
    assert read(Source("a.html", page.encode()), "Anna").metadata.date == date


def test_a_day_that_does_not_exist_is_refused_in_words() -> None:
    data = b"---\ntitle: Talks\ndate: 2021-13-45\n---\nANNA: We want peace.\n\nBERT: We want it as well.\n"
    with pytest.raises(Unreadable, match="date: 2021-13-45, which is not a date"):
        read(Source("a.md", data))


def test_a_name_in_capitals_may_keep_its_sharp_s() -> None:
    found = _text("MINISTER STRAUß:  Die Brücke bleibt.\n\nMINISTER BERG:  Die Brücke muss weg.\n")
    assert [one.label for one in found.utterances] == ["MINISTER STRAUß", "MINISTER BERG"]


def test_a_header_is_not_listed_as_left_out() -> None:
    assert left_out(read(Source("a.md", EXAMPLES["markdown"]()))) == ()


@pytest.mark.parametrize("last", ["Thank you", "Thank you all so much", "No, I do not", "And God bless the harbour"])
def test_last_words_without_a_full_stop_are_still_speech(last: str) -> None:
    text = f"MINISTER BERG:  Welcome to the harbour, where the ice has gone.\n\nMINISTER RAY:  Thanks.\n\n{last}"
    assert _said(_text(text))[-1][1].endswith(last)


# Marks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark",
    [
        "(Via interpreter)",
        "(As interpreted.)",
        "(through interpreter)",
        "[as translated]",
        "(Through an interpreter.)",
        "(Speaks German.)  (As interpreted.)",
        "(spoke in Russian)",
        "(Speaking through a translator)",
        "(As\ninterpreted.)",
    ],
)
def test_interpretation_becomes_a_mark_and_is_not_part_of_the_words(mark: str) -> None:
    transcript = _text(f"MINISTER BERG:  {mark} We agree.\n\nSECRETARY RAY:  We do not.")
    assert _said(transcript)[0] == ("MINISTER BERG", "We agree.")
    assert [u.marks for u in transcript.utterances] == [(Mark.INTERPRETED,), ()]


def test_interpretation_named_before_the_colon_is_a_mark_too() -> None:
    transcript = _text("Mr. BERG (Norway) (spoke in Norwegian): We agree.\n\nMr. RAY (Malta): We do not.")
    assert [(u.label, u.marks) for u in transcript.utterances] == [
        ("Mr. BERG (Norway)", (Mark.INTERPRETED,)),
        ("Mr. RAY (Malta)", ()),
    ]


def test_interpretation_that_sets_in_and_ends_within_a_turn_covers_only_what_lies_between() -> None:
    transcript = _text(
        "MINISTER BERG:  Good morning.\n\n(As interpreted.)  We agree.\n\n(In English.)  Thank you.\n\nMS. RAY:  Yes."
    )
    assert [(u.label, transcript.text[u.start : u.end], bool(u.marks)) for u in transcript.utterances] == [
        ("MINISTER BERG", "Good morning.", False),
        ("MINISTER BERG", "We agree.", True),
        ("MINISTER BERG", "Thank you.", False),
        ("MS. RAY", "Yes.", False),
    ]


def test_no_translation_and_lost_words_stay_in_the_text_unmarked() -> None:
    words = "(Speaks French.)  (No translation provided.)\n\nWe (inaudible) agree [crosstalk 00:11:26]."
    transcript = _text(f"MINISTER BERG:  {words}\n\nMINISTER RAY:  Yes.")
    assert _said(transcript)[0] == ("MINISTER BERG", words)
    assert transcript.utterances[0].marks == ()


# Kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("MODERATOR", Kind.MODERATION),
        ("Moderator", Kind.MODERATION),
        ("QUESTION", Kind.QUESTION),
        ("Q", Kind.QUESTION),
        ("REPORTER", Kind.QUESTION),
        ("PRESS", Kind.QUESTION),
        ("AUDIENCE MEMBER", Kind.AUDIENCE),
        ("AIDE", Kind.AUDIENCE),
        ("HARBOUR AIDE", Kind.AUDIENCE),
        ("Speaker 1", Kind.AUDIENCE),
        ("VOICE OVER", Kind.AUDIENCE),
        ("INTERPRETER", Kind.AUDIENCE),
        ("UNIDENTIFIED_MALE", Kind.AUDIENCE),
        ("OPERATOR", Kind.AUDIENCE),
    ],
)
def test_roles_are_utterances_of_their_own_kind(label: str, kind: Kind) -> None:
    transcript = _text(f"PRESIDENT BERG:  Yes.\n\n{label}:  And now?\n\nSECRETARY RAY:  No.")
    assert [u.kind for u in transcript.utterances] == [Kind.SPEECH, kind, Kind.SPEECH]


def _debate(opening: str) -> Transcript:
    turns = [f"Kim Lund: {opening}"]
    for i in range(6):
        turns += [
            f"Anna Berg: We want the harbour kept open all winter, whatever it costs, for the {i} reasons given.",
            f"Tom Ray: We want it closed in winter, since nobody pays for the ice and {i} ships are not worth it.",
            "Kim Lund: And why?",
        ]
    turns.insert(4, "Bo Sand: My question to you is this. Who pays for it?")
    return _text("\n\n".join(turns))


def test_who_says_they_moderate_does_and_who_only_asks_is_no_side() -> None:
    kinds = {u.label: u.kind for u in _debate("Good evening, I'm Kim Lund of Harbour Radio. Welcome.").utterances}
    assert kinds == {
        "Kim Lund": Kind.MODERATION,
        "Anna Berg": Kind.SPEECH,
        "Tom Ray": Kind.SPEECH,
        "Bo Sand": Kind.AUDIENCE,
    }


def test_a_questioner_whom_the_text_calls_a_journalist_is_the_press() -> None:
    opening = "Good evening, it is my honor to moderate. On our panel of journalists: Bo Sand of the Harbour Times."
    assert {u.kind for u in _debate(opening).utterances if u.label == "Bo Sand"} == {Kind.QUESTION}


def test_in_doubt_a_named_person_stays_a_side() -> None:
    assert {u.kind for u in _debate("Let us begin with the ice.").utterances} == {Kind.SPEECH}


def test_who_hands_over_between_people_in_office_moderates() -> None:
    transcript = _text(
        "PRESIDENT BERG:  "
        + "We want a treaty, and we want it soon, and we have said so at every meeting since May.  " * 5
        + "\n\nMS. LUND:  Thank you. The first question, please.\n\nQ    Why, sir?\n\n"
        "PRESIDENT BERG:  Because the ice will be gone in a year or two, and with it all that we could agree on.\n\n"
        "PRESIDENT RAY:  I am of another view, as I have said in this room more than once."
    )
    assert {u.kind for u in transcript.utterances if u.label == "MS. LUND"} == {Kind.MODERATION}


# Metadata --------------------------------------------------------------------------------------------------------


def test_a_header_says_what_is_known_and_nothing_else() -> None:
    header = "\n".join(
        [
            "tags: x",
            'title: "A\\_talk by\\_Berg"',
            "date: '2021-12'",
            "place: Bergen",
            "record: summary",
            "source_url: https://a.org/b",
        ]
    )
    metadata = _text(f"---\n{header}\n---\n\nANNA BERG: Yes.\n\nTOM RAY: No.", "a.md").metadata
    assert (metadata.title, metadata.date, metadata.place) == ("A talk by Berg", "2021-12", "Bergen")
    assert (metadata.record, metadata.source_url) == (Record.SUMMARY, "https://a.org/b")
    assert (metadata.publisher, metadata.language) == (None, None)


@pytest.mark.parametrize(
    ("header", "said"), [("title: a: b", "line 2"), ("date: soon", "soon"), ("record: fake", "fake"), ("- a", "key")]
)
def test_a_bad_header_is_refused(header: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        _text(f"---\n{header}\n---\n\nANNA BERG: Yes.\n\nTOM RAY: No.", "a.md")


# One speaker, and refusals ---------------------------------------------------------------------------------------


def test_a_text_without_labels_is_refused_with_a_way_out() -> None:
    with pytest.raises(NoSpeakers) as refused:
        _text("The harbour froze early.\nNobody was surprised: it had been cold.\n\nShips waited.")
    assert "one speaker" in refused.value.remedy
    assert "colon" in refused.value.remedy


def test_a_text_without_labels_can_be_given_to_one_speaker() -> None:
    transcript = _text("\n8:00 A.M.\n\nThe harbour froze early.\n\nShips waited.\n\nEND\n", speaker="Anna Berg")
    assert _said(transcript) == [(None, "The harbour froze early.\n\nShips waited.")]
    assert transcript.utterances[0].kind is Kind.SPEECH


def test_a_labelled_text_is_not_given_to_one_speaker() -> None:
    with pytest.raises(BadValue, match="ANNA BERG"):
        _text("ANNA BERG: Yes.\n\nTOM RAY: No.\n\nANNA BERG: Why?\n\nTOM RAY: So.", speaker="Anna Berg")
    with pytest.raises(BadValue):
        _text("speaker,text\nAnna Berg,Yes.\n", "a.csv", speaker="Tom Ray")


def test_one_labelled_speaker_is_enough_to_read() -> None:
    assert _said(_text("East Room\n\nPRESIDENT BERG:  Good day.")) == [("PRESIDENT BERG", "Good day.")]


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\xef\xbb\xbf\n", b"\0\0"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"empty|not text"):
        read(Source("a.txt", data))


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0", b"ANNA: a\0b", b"{\\rtf1 ANNA: Yes.}", bytes(range(1, 32)) * 9]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(Source("a.txt", data))


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge, match=f"{MAX_BYTES:,}"):
        read(Source("a.txt", b"x" * (MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n00:05.0 --> 00:07.000\ny", "line 6"),
        ("a.vtt", "WEBVTT\n\n00:01.000 -> 00:02.000\nx", "line 3"),
        ("a.vtt", "hello", "line 1"),
        ("a.vtt", "WEBVTT\n", "no cues"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\nbad\n", "line 6"),
        ("a.json", '{"utterances": [\n{"speaker": "A" "text"}]}', "line 2"),
        ("a.json", '{"utterances": [{"speaker": "A"}]}', r"utterances\[0\].text"),
        ("a.json", '{"utterances": [{"text": "a"}]}', r"utterances\[0\].speaker"),
        ("a.json", '[{"speaker": "A", "text": "a", "kind": "b"}]', r"\[0\].kind"),
        ("a.json", '{"a": 1}', "utterances"),
        ("a.json", "[" * 100_000, "nested|JSON"),
        ("a.csv", "speaker,text\nA,b\nA,b,c\n", "line 3"),
        ("a.csv", 'speaker,text\nA,"b\n', "line 2"),
        ("a.csv", "who,when\nA,b\n", "no column"),
        ("a.csv", "nothing\nhere\n", "one column"),
        ("a.html", "<html><body></body></html>", "no main text"),
        ("a.docx", "not a zip", "not a Word"),
        ("a.pdf", "%PDF-1.4 nothing", "cannot be opened"),
    ],
)
def test_a_malformed_file_is_refused_and_the_place_is_named(name: str, text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        _text(text, name)
    assert refused.value.remedy


def test_captions_without_voices_need_a_speaker_and_rolling_ones_are_not_doubled() -> None:
    shown = ["the ice", "the ice\nhas gone", "has gone\nat last"]
    cues = "WEBVTT\n\n" + "\n\n".join(f"00:0{i}.000 --> 00:0{i + 1}.000\n{words}" for i, words in enumerate(shown))
    with pytest.raises(NoSpeakers):
        _text(cues, "a.vtt")
    assert _text(cues, "a.vtt", speaker="Anna Berg").text == "the ice has gone at last"


# Any text at all -------------------------------------------------------------------------------------------------

_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "ANNA BERG:",
                "TOM RAY: No.",
                "Q    Why?",
                "Q: And?",
                "(As interpreted.) Yes.",
                "(Laughter.)",
                "END",
                "Part 2",
                "",
                "  ",
                "MODERATOR: Hm.",
                "Anna Berg: (00:12)",
                "*Yes.*",
                "---",
                "But let me be clear:",
                "NATO: x",
                "\u00a0",
                "TOM RAY: (In English.)",
                "[inaudible]",
                "**ANNA BERG:** Oh",
                "\r",
                "5:05 P.M. EDT",
                ">> TOM RAY: So",
            ]
        ),
        st.text(max_size=40),
    ),
    max_size=30,
)


@settings(max_examples=400, deadline=None)
@given(_LINES, st.sampled_from(["\n", "\r\n", "\n\n"]), st.sampled_from(["a.txt", "a.md"]))
def test_utterances_of_any_text_are_ordered_apart_in_range_and_not_blank(
    lines: list[str], newline: str, name: str
) -> None:
    text = newline.join(lines)
    try:
        data = text.encode()
        transcript = read(Source(name, data))
    except (CounterposeError, UnicodeEncodeError):
        return
    assert transcript.text == text.removeprefix("\ufeff")
    at = 0
    for utterance in transcript.utterances:
        assert at <= utterance.start < utterance.end <= len(transcript.text)
        words = transcript.text[utterance.start : utterance.end]
        assert words == words.strip()
        assert utterance.label in transcript.text
        at = utterance.end


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(s for r in readers().values() for s in r.SUFFIXES)))
def test_any_bytes_are_read_or_refused_in_words(data: bytes, suffix: str) -> None:
    refused = _refusal(Source(f"a{suffix}", data))
    assert refused is None or (refused.message and refused.remedy)


@pytest.mark.parametrize(
    "text",
    [
        "ANNA BERG: " + "word (x " * 600_000,
        "a" * 5_000_000,
        "ANNA BERG: " + " " * 5_000_000 + "x",
        "A: " * 1_600_000,
        "ANNA BERG: " + "(" * 5_000_000,
        "*" * 5_000_000,
        "Q\t" * 2_500_000,
    ],
    ids=["brackets", "letters", "spaces", "colons", "open brackets", "asterisks", "tabs"],
)
def test_a_line_of_five_megabytes_takes_no_unreasonable_time(text: str) -> None:
    began = time.perf_counter()
    _refusal(Source("a.txt", text.encode()))
    assert time.perf_counter() - began < 10
