"""What a page displays of real transcripts, drawn for readers: `python tests/bench/displayed.py CORPUS OUT`.

Two speakers of each meeting are compared as the product does. OUT/drawn.json gets the places of the pairs, and
OUT/sheet.tsv their texts alone, in a drawn order and among decoys that nobody displays, which is all that a reader may
see. `--labels` joins what readers wrote into the file that `counterpose evaluate` takes.

`--part aside` draws from the documents that measure, `--part calibrating` from those that a threshold is chosen by.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from models.comparison import compare
from models.embedding import Embedder
from models.evaluation.quoted import STOCKHOLM
from models.nomination import RELATED, Position
from models.quote import Document, Quote
from models.relation import RelationClassifier
from models.statement import statements
from models.training.chance import DISPUTES
from models.training.labelled import calibrates, kept_aside, united_nations
from models.transcript import Metadata, Speaker
from service.readers import Source, read

SEED = 2026
FEWEST = 6  # statements of a side
LETTERS = {"O": "opposes", "A": "agrees", "D": "differs"}


class Side(NamedTuple):
    """One speaker's part of a document; `who` is None where the whole document is one speaker's."""

    source: str
    who: str | None


def said(corpus: Path, side: Side) -> tuple[Quote, ...]:
    """What of a speaker's part is compared unless more is asked for."""
    folder, _, name = side.source.partition("/")
    is_speech = folder == "un"
    if is_speech:
        data, file = united_nations(corpus)[name].encode(), f"{name}.txt"
    else:
        file = STOCKHOLM if side.source == "stockholm" else side.source
        data = (corpus / file).read_bytes()
    transcript = read(Source(file, data), name[:3] if is_speech else None)
    speaker = Speaker(side.who or name[:3], side.who or name[:3])
    document = Document(side.source, "", Metadata())
    quotes = (
        Quote(f"{side.source}:{one.start}", one.text, speaker, document, one.start, one.end)
        for one in statements(transcript)
        if one.comparable and side.who in (None, transcript.utterances[one.utterance].label)
    )
    return tuple(quote for quote in quotes if quote.reading.stands_alone)


def meetings(corpus: Path, part: str, disputes: int, others: int) -> Iterator[tuple[Side, Side]]:
    """Stockholm (where it measures), White House remarks, speeches of states in dispute at one session, and others."""
    draw = random.Random(SEED)
    if part == "aside":
        yield from _remarks(corpus, "stockholm", STOCKHOLM)
    for path in sorted((corpus / "white-house").glob("*.md")):
        source = f"white-house/{path.name}"
        if _in_part(part, source, source):
            yield from _remarks(corpus, source, source)
    sessions: dict[str, set[str]] = defaultdict(set)
    for name in united_nations(corpus):
        sessions[name[4:]].add(name[:3])
    met = [(f"un/{a}_{s}", f"un/{b}_{s}") for a, b in DISPUTES for s in sorted(sessions) if {a, b} <= sessions[s]]
    for session, states in sorted(sessions.items()):
        drawn = draw.sample(sorted(states), min(8, len(states) // 2 * 2))
        met += [(f"un/{a}_{session}", f"un/{b}_{session}") for a, b in zip(drawn[::2], drawn[1::2], strict=True)]
    in_part = [pair for pair in met if _in_part(part, *pair)]
    known = {frozenset(dispute) for dispute in DISPUTES}
    for dispute, count in ((True, disputes), (False, others)):
        kind = [pair for pair in in_part if (frozenset(source[3:6] for source in pair) in known) is dispute]
        for one, two in draw.sample(kind, min(count, len(kind))):
            yield Side(one, None), Side(two, None)


def _in_part(part: str, first: str, second: str) -> bool:
    """Whether both documents measure, or neither does and the first calibrates."""
    files = {f"{s.removeprefix('un/')}.txt" if s.startswith("un/") else s.rpartition("/")[2] for s in (first, second)}
    aside = {kept_aside(file) for file in files}
    return aside == {True} if part == "aside" else aside == {False} and calibrates(first)


def _remarks(corpus: Path, source: str, file: str) -> Iterator[tuple[Side, Side]]:
    """The two speakers of a document who say most, if there are two."""
    transcript = read(Source(file, (corpus / file).read_bytes()))
    counts: dict[str, int] = {}
    for one in statements(transcript):
        label = transcript.utterances[one.utterance].label
        if one.comparable and label:
            counts[label] = counts.get(label, 0) + 1
    most = sorted(counts, key=lambda label: -counts[label])[:2]
    if len(most) == 2:
        yield Side(source, most[0]), Side(source, most[1])


def displayed(corpus: Path, part: str, disputes: int, others: int, least: float) -> Iterator[dict[str, Any]]:
    """The oppositions of each meeting from a probability of `least` on, and one decoy: a near pair that is none."""
    classifier, embedder = RelationClassifier(), Embedder()
    draw = random.Random(SEED)
    for first, second in tqdm(list(meetings(corpus, part, disputes, others)), desc="comparing", unit="meeting"):
        quotes = [said(corpus, side) for side in (first, second)]
        if min(map(len, quotes)) < FEWEST:
            continue
        vectors = [embedder.embed([quote.text for quote in side]) for side in quotes]
        positions = [Position(side[0].speaker, side, v) for side, v in zip(quotes, vectors, strict=True)]
        thresholds = {**classifier.thresholds, "opposes": least}
        found = compare(*positions, classifier.judge, embedder.embed, thresholds=thresholds, limit=100)
        for pair in found.pairs:
            if str(pair.relation) == "opposes":
                yield _row(pair.first, pair.second, pair.opposition, pair.similarity)
        one, two = (draw.randrange(len(side)) for side in quotes)
        if vectors[0][one] @ vectors[1][two] >= RELATED / 2:
            yield _row(quotes[0][one], quotes[1][two], None, float(vectors[0][one] @ vectors[1][two]))


def _row(first: Quote, second: Quote, probability: float | None, similarity: float) -> dict[str, Any]:
    return {
        **{
            name: {"source": quote.document.id, "start": quote.start, "end": quote.end}
            for name, quote in (("first", first), ("second", second))
        },
        "probability": probability,
        "similarity": similarity,
        "texts": [" ".join(first.text.split()), " ".join(second.text.split())],
    }


def sheet(rows: Sequence[dict[str, Any]], out: Path, most: int, least: float) -> None:
    """Draw `most` displayed pairs from `least` on, and a decoy for each two; write places and the readers' sheet."""
    draw = random.Random(SEED)
    shown = [row for row in rows if row["probability"] is not None and row["probability"] >= least]
    decoys = [row for row in rows if row["probability"] is None]
    stockholm = [row for row in shown if row["first"]["source"] == "stockholm"]
    rest = [row for row in shown if row["first"]["source"] != "stockholm"]
    chosen = stockholm + draw.sample(rest, min(most - len(stockholm), len(rest)))
    mixed = chosen + draw.sample(decoys, min(len(chosen) // 2, len(decoys)))
    draw.shuffle(mixed)
    (out / "drawn.json").write_text(json.dumps(mixed, ensure_ascii=False, indent=1) + "\n", "utf-8")
    with (out / "sheet.tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["number", "first", "second"])
        for number, row in enumerate(mixed, start=1):
            # a drawn order: which of the two speaks first must say nothing
            writer.writerow([number, *(row["texts"] if draw.random() < 0.5 else row["texts"][::-1])])
    print(f"{len(chosen)} displayed of {len(shown)}, {len(mixed) - len(chosen)} decoys")


def joined(out: Path, labels: Sequence[Path], to: Path) -> None:
    """The displayed pairs with their readers' labels, of which each file has lines "number O|A|D"; a third settles."""
    rows = json.loads((out / "drawn.json").read_text("utf-8"))
    readers = [dict(line.split()[:2] for line in path.read_text("utf-8").splitlines() if line) for path in labels]
    pairs = []
    for number, row in enumerate(rows, start=1):
        if row["probability"] is None:
            continue
        said_ = [LETTERS[reader[str(number)]] for reader in readers[:2]]
        pair = {**{k: row[k] for k in ("first", "second", "probability")}, "labels": said_}
        if len(set(said_)) > 1 and len(readers) > 2:
            pair["adjudicated"] = LETTERS[readers[2][str(number)]]
        pairs.append(pair)
    lines = ",\n".join(json.dumps(pair) for pair in pairs)
    to.write_text(f'{{"pairs": [\n{lines}\n]}}\n', "utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=("aside", "calibrating"), default="aside")
    parser.add_argument("--disputes", type=int, default=60, help="meetings of states in dispute")
    parser.add_argument("--others", type=int, default=25, help="meetings of other states")
    parser.add_argument("--most", type=int, default=120, help="displayed pairs to draw")
    parser.add_argument("--least", type=float, help="instead of the classifier's own threshold")
    parser.add_argument("--labels", nargs="+", type=Path, help="join these into --to instead of drawing")
    parser.add_argument("--to", type=Path, default=Path("tests/displayed_pairs.json"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.labels:
        joined(given.out, given.labels, given.to)
        return
    kept = given.out / "all.json"
    if not kept.is_file():
        rows = list(displayed(given.corpus, given.part, given.disputes, given.others, 0.4))
        kept.write_text(json.dumps(rows, ensure_ascii=False) + "\n", "utf-8")
    least = RelationClassifier().page_thresholds["opposes"] if given.least is None else given.least
    sheet(json.loads(kept.read_text("utf-8")), given.out, given.most, least)


if __name__ == "__main__":
    main()
