"""Sources: every labelled set as examples, with its rights, and every text that measures and may not train."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from models.training.augmentation import flipped, structured
from models.training.chance import chance_pairs, spoken
from models.training.examples import (
    AGREES,
    DIFFERS,
    OPPOSES,
    Example,
    Measured,
    Taken,
    across,
    clean,
    indirect,
    of_debate,
    on_measured_subject,
)
from models.training.labelled import CONTESTED, SPEECHES, labelled_pairs
from models.training.written import answers, minimal_sets, two_sided

csv.field_size_limit(10**9)

SEED = 11


class Folders(NamedTuple):
    """Where the sets are read from: the labelled ones, and the transcripts that labels of real speech refer to."""

    data: Path
    corpus: Path


class Source(NamedTuple):
    """How a set is read, and on what terms what is learned from it may be passed on."""

    examples: Callable[[Folders, random.Random], list[Example]]
    rights: str


def _rows(path: Path, **how: Any) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, **how)


def _pairs(
    debates: Mapping[str, Sequence[Taken]], within: int, outside: int, source: str, draw: random.Random
) -> list[Example]:
    """At most `within` pairs inside each debate and `outside` across for each; more of one topic teaches the topic."""
    found: list[Example] = []
    for name in sorted(debates):
        found += of_debate(debates[name], min(within, 3 * len(debates[name])), source, draw)
    return found + across([debates[name] for name in sorted(debates)], outside * len(debates), source, draw)


def argument_quality(at: Folders, draw: random.Random) -> list[Example]:
    """IBM ArgQ-30k: arguments for and against 71 motions; motions against their arguments as well."""
    debates: dict[str, list[Taken]] = defaultdict(list)
    for row in _rows(at.data / "argq30k/arg_quality_rank_30k.csv"):
        if float(row["stance_WA_conf"]) > 0.8:
            debates[row["topic"]].append(Taken(row["argument"], float(row["stance_WA"]) > 0))
    motions = [
        Example(topic, taken.text, indirect(AGREES if taken.side else OPPOSES, 0.9), "argq")
        for topic, found in sorted(debates.items())
        for taken in draw.sample(found, min(30, len(found)))
    ]
    return _pairs(debates, 170, 40, "argq", draw) + motions


def key_points(at: Folders, draw: random.Random) -> list[Example]:
    """Key point analysis 2021: an argument agrees with the key point that it matches; others of a topic take sides."""
    found = [
        Example(row["argument"].strip("`"), row["key_point"], AGREES, "kpa")
        for row in _rows(at.data / "argkp2021/ArgKP-2021_dataset.csv")
        if row["label"] == "1"
    ]
    matched = draw.sample(found, min(2500, len(found)))
    debates: dict[str, list[Taken]] = defaultdict(list)
    for name, column in (("arguments_train", "argument"), ("key_points_train", "key_point")):
        for row in _rows(at.data / f"kpa2021/{name}.csv"):
            debates[row["topic"]].append(Taken(row[column].strip("`"), row["stance"] == "1"))
    return matched + _pairs(debates, 150, 30, "kpa", draw)


def perspectives(at: Folders, draw: random.Random) -> list[Example]:
    """Perspectrum, train and dev claims: perspectives of a claim; those of one cluster make the same point."""
    folder = at.data / "perspectrum"
    text = {x["pId"]: x["text"] for x in json.loads((folder / "perspective_pool_v1.0.json").read_text("utf-8"))}
    split = json.loads((folder / "dataset_split_v1.0.json").read_text("utf-8"))
    debates: dict[str, list[Taken]] = {}
    claims: list[Example] = []
    for claim in json.loads((folder / "perspectrum_with_answers_v1.0.json").read_text("utf-8")):
        if split[str(claim["cId"])] == "test":
            continue
        taken = [
            Taken(text[p], cluster["stance_label_3"] == "SUPPORT", at_)
            for at_, cluster in enumerate(claim["perspectives"])
            if cluster["stance_label_3"] in ("SUPPORT", "UNDERMINE")
            for p in cluster["pids"]
            if p in text
        ]
        debates[claim["text"]] = taken
        claims += [
            Example(claim["text"], t.text, indirect(AGREES if t.side else OPPOSES, 0.9), "perspectrum")
            for t in draw.sample(taken, min(6, len(taken)))
        ]
    return _pairs(debates, 22, 5, "perspectrum", draw) + claims


def points_and_counters(at: Folders, draw: random.Random) -> list[Example]:
    """ArguAna, training and validation debates: a point meets its own counter head-on, other points less so."""
    debates: dict[str, list[Taken]] = defaultdict(list)
    direct: list[Example] = []
    for number, row in enumerate(
        _rows(at.data / "arguana/point_counter_pairs.tsv", delimiter="\t", quoting=csv.QUOTE_NONE)
    ):
        if row["split"] == "test":
            continue
        point, counter = (_beginning(row[column], draw.choice((1, 2, 2, 3))) for column in ("point", "counter"))
        pro = row["side"] == "pro"
        debates[row["debate"]] += [Taken(point, pro, number), Taken(counter, not pro, number)]
        direct.append(Example(point, counter, OPPOSES, "arguana"))
    loose = [
        Example(x.first, x.second, indirect(x.target, 0.6) if x.target[2] else x.target, "arguana")
        for name in sorted(debates)
        for x in of_debate(debates[name], 12, "arguana", draw)
    ]
    return direct + loose + across([debates[n] for n in sorted(debates)], 1500, "arguana", draw)


def _beginning(paragraph: str, sentences: int) -> str:
    plain = re.sub(r"\[\w+\]", "", paragraph)
    return " ".join(re.split(r"(?<=[.!?])\s+", plain)[:sentences])[:450]


def claim_stances(at: Folders, draw: random.Random) -> list[Example]:
    """IBM claim stance: claims from Wikipedia for and against 55 motions."""
    debates: dict[str, list[Taken]] = defaultdict(list)
    for row in _rows(at.data / "ibm_claim_stance/claim_stance_dataset_v1.csv"):
        debates[row["topicText"]].append(Taken(row["claims.claimCorrectedText"], row["claims.stance"] == "PRO"))
    motions = [
        Example(topic.removeprefix("This house "), t.text, indirect(AGREES if t.side else OPPOSES, 0.9), "claims")
        for topic, taken in sorted(debates.items())
        for t in draw.sample(taken, min(15, len(taken)))
    ]
    return _pairs(debates, 70, 20, "claims", draw) + motions


def twin_views(at: Folders, draw: random.Random) -> list[Example]:
    """TwinViews-13k, written by a language model: opposite views of a subject, and like views of equal subjects.

    One text alone tells left from right here, so only a small part of the mix may come from it.
    """
    by_topic: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(at.data / "twinviews/twinviews-13k.csv"):
        by_topic[row["topic"].lower()].append((row["l"], row["r"]))
    debates = {
        topic: [
            Taken(text, side, f"{n}")
            for n, views in enumerate(rows)
            for text, side in zip(views, (True, False), strict=True)
        ]
        for topic, rows in by_topic.items()
    }
    direct = [Example(left, right, OPPOSES, "twinviews") for rows in by_topic.values() for left, right in rows]
    draw.shuffle(direct)
    same = [
        Example(one[side], other[side], indirect(AGREES, 0.8), "twinviews")
        for rows in by_topic.values()
        if len(rows) > 1
        for _ in range(min(4, len(rows)))
        for one, other in [draw.sample(rows, 2)]
        for side in [draw.randrange(2)]
    ]
    draw.shuffle(same)
    return direct[:3000] + same[:3000] + across([debates[t] for t in sorted(debates)], 1500, "twinviews", draw)


_NLI = {"entailment": AGREES, "contradiction": OPPOSES, "neutral": DIFFERS}
_NLI_USED = {  # the other sets in the file are non-commercial or without a licence
    "snli": {"dev"}, "conjnli": {"train"}, "cad_nli": {"train", "dev"}, "breaking_nli": {"test"},
    "semi_automatic_nli_wiki": {"train"},
}  # fmt: skip


def inference(at: Folders, draw: random.Random) -> list[Example]:
    """Natural language inference: contradiction opposes, entailment agrees; teaches negation and other small words."""
    with gzip.open(at.data / "nli/nli.jsonl.gz", "rt", encoding="utf-8") as file:
        found = [
            Example(row["premise"], row["hypothesis"], _NLI[row["label"]], f"nli-{row['source']}")
            for row in map(json.loads, file)
            if row["split"] in _NLI_USED.get(row["source"], ())
        ]
    by_label = {target: [x for x in found if x.target == target] for target in _NLI.values()}
    return [x for rows in by_label.values() for x in draw.sample(rows, min(9000, len(rows)))]


def negation(at: Folders, draw: random.Random) -> list[Example]:
    """Rules over the portals' texts: sentences denied, affirmed, doubly denied; labelled pairs with one side turned."""
    pool = at.data / "perspectrum/perspective_pool_v1.0.json"
    texts = [
        *(row["argument"] for row in _rows(at.data / "argq30k/arg_quality_rank_30k.csv")),
        *(row["claims.claimCorrectedText"] for row in _rows(at.data / "ibm_claim_stance/claim_stance_dataset_v1.csv")),
        *(x["text"] for x in json.loads(pool.read_text("utf-8"))),
    ]
    turned = key_points(at, draw) + perspectives(at, draw) + claim_stances(at, draw)
    return structured(texts, 9000, "negation", draw) + flipped(turned, 6000, "negation", draw)


SOURCES: dict[str, Source] = {
    "argq": Source(argument_quality, "CC BY-SA 3.0"),
    "kpa": Source(key_points, "Apache-2.0; key points' matches CDLA-Sharing 1.0"),
    "perspectrum": Source(perspectives, "CC BY-SA 4.0"),
    "arguana": Source(points_and_counters, "CC BY-SA 4.0, as listed by BEIR"),
    "claims": Source(claim_stances, "CC BY-SA 3.0"),
    "twinviews": Source(twin_views, "unverified: its repository names no licence"),
    "nli": Source(
        inference, "SNLI CC BY-SA 4.0, ConjNLI MIT, CAD Apache-2.0, Breaking NLI CC BY-SA 4.0, Wikipedia CC BY-SA"
    ),
    "negation": Source(negation, "as argq, kpa, perspectrum and claims, from whose texts it is made"),
    "diplomacy": Source(lambda _, draw: two_sided("diplomacy", draw), "this project's own"),
    "addresses": Source(lambda _, draw: two_sided("addresses", draw), "this project's own"),
    "debate": Source(lambda _, draw: two_sided("debate", draw), "this project's own"),
    "policy": Source(lambda _, draw: two_sided("policy", draw), "this project's own"),
    "minimal": Source(lambda _, draw: minimal_sets("minimal", draw), "this project's own"),
    "replies": Source(lambda at, _: answers("replies", at.corpus), "this project's own, to UN records and CC0 remarks"),
    "exchanges": Source(lambda at, _: answers("exchanges", at.corpus), "this project's own"),
    "principles": Source(
        lambda at, _: [x for part in "abc" for x in answers(f"principles_{part}", at.corpus)], "this project's own"
    ),
    "commitments": Source(
        lambda at, _: [x for part in "de" for x in answers(f"principles_{part}", at.corpus)], "this project's own"
    ),
    "motions": Source(
        lambda _, draw: [
            x for name in ("motions_a", "motions_b") for x in two_sided(name, draw, indirect_pairs=24, kept=0.7)
        ],
        "this project's own",
    ),
    "press": Source(
        lambda _, draw: [x for name in ("press_a", "press_b") for x in two_sided(name, draw, neutral_pairs=30)],
        "this project's own",
    ),
    "chance": Source(lambda at, draw: chance_pairs(at.corpus, draw), "labels this project's own; UN records"),
    **{
        name: Source(
            lambda at, _, name=name: labelled_pairs(at.corpus, name),  # type: ignore[misc]
            "labels this project's own; UN records and CC0 remarks",
        )
        for name in (SPEECHES, CONTESTED)
    },
}


def _perspectives_of(data: Path, split: str) -> Iterator[str]:
    folder = data / "perspectrum"
    text = {x["pId"]: x["text"] for x in json.loads((folder / "perspective_pool_v1.0.json").read_text("utf-8"))}
    split_of = json.loads((folder / "dataset_split_v1.0.json").read_text("utf-8"))
    for claim in json.loads((folder / "perspectrum_with_answers_v1.0.json").read_text("utf-8")):
        if split_of[str(claim["cId"])] == split:
            yield claim["text"]
            yield from (text[p] for cluster in claim["perspectives"] for p in cluster["pids"] if p in text)


def _columns(path: Path, *columns: str, **how: Any) -> Iterator[str]:
    for row in _rows(path, **how):
        yield from (row[column] for column in columns)


def _counters(data: Path) -> Iterator[str]:
    for row in _rows(data / "arguana/point_counter_pairs.tsv", delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["split"] == "test":
            yield from (row["point"], row["counter"])


def measured_texts(data: Path) -> set[str]:
    """Every text of the sets and splits that measure, as far as they are there."""
    kpa, adversarial = data / "kpa2021", data / "same_side_adversarial/artificial_evalset.tsv"
    readers: list[tuple[Path, Callable[[], Iterator[str]]]] = [
        *(
            (path, partial(_columns, path, "argument"))
            for path in (kpa / f"arguments_{s}.csv" for s in ("dev", "test"))
        ),
        *(
            (path, partial(_columns, path, "key_point"))
            for path in (kpa / f"key_points_{s}.csv" for s in ("dev", "test"))
        ),
        (path := data / "elecdeb/relations.csv", partial(_columns, path, "subject", "object")),
        (adversarial, partial(_columns, adversarial, "argument1", "argument2", delimiter="\t")),
        (data / "arguana/point_counter_pairs.tsv", partial(_counters, data)),
        (data / "perspectrum/dataset_split_v1.0.json", partial(_perspectives_of, data, "test")),
    ]
    found = {text.strip("`") for path, read in readers if path.is_file() for text in read() if text}
    return found - {""}


def examples(at: Folders, names: Iterable[str]) -> dict[str, list[Example]]:
    """The examples of each named source, without any text or subject that measures. Same folders, same examples."""
    measured = Measured(measured_texts(at.data))
    return {name: clean(SOURCES[name].examples(at, random.Random(f"{SEED} {name}")), measured) for name in names}


def unlabelled(at: Folders) -> list[str]:
    """Sentences of real speeches that distillation draws pairs from, without any text or subject that measures."""
    measured = Measured(measured_texts(at.data))
    return sorted({text for text in spoken(at.corpus) if not on_measured_subject(text) and text not in measured})


def training_texts(data: Path, corpus: Path) -> set[str]:
    """Every text that the classifier is trained on."""
    at = Folders(data, corpus)
    found = examples(at, SOURCES)
    return {text for pairs in found.values() for x in pairs for text in (x.first, x.second)} | set(unlabelled(at))
