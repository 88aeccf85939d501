"""Operations: every kind of write, what acknowledges it, and the rows by which it is there, once, or not."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.torture.kept import Kept, kept
from tests.torture.killing import Ended, Moment, Step, ended
from tests.torture.server import Server

THEMES = (
    "the gas pipeline and the cold winter",
    "the fishing boats along the coast",
    "the vaccine doses for poor countries",
    "the night trains to northern towns",
    "the old bridge across our river",
    "the wages of village teachers",
    "the forest above both valleys",
)
SAID = (
    "We want {} to be settled by the council before number {} is read",
    "Nobody here believes that {} can wait for number {}",
)
PASSWORD = "seven ferries leave Norby"
MANY = 5  # documents in one command
HANDED_IN = 6  # documents in one job
LEASE = "1"

Kill = Moment | Step | None
Trace = Callable[[Kept], int]


@dataclass(frozen=True, slots=True)
class Write:
    """One thing that is there, or is not. `said` acknowledges it; None: it was acknowledged before.

    Each trace counts 1 where it is there and 0 where it is not: those of `now` until something else changes them,
    those of `lasting` for good.
    """

    said: str | None
    now: tuple[Trace, ...]
    lasting: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """`run` does it, and is killed in between; done once more, it ends what was interrupted.

    `again`: to do it once more is allowed where it is done already, and changes nothing.
    """

    run: Callable[[Kill], Ended]
    writes: tuple[Write, ...]
    again: bool = False


@dataclass(slots=True)
class Site:
    """A database, and all that is needed to write to it."""

    address: str
    folder: Path
    another: Callable[[], str]  # the address of a new, empty database
    token: str
    embedder: str = "words"
    server: Server | None = None
    settings: dict[str, str] = field(default_factory=dict)

    def set_up(self) -> None:
        """In the process that writes."""
        os.environ.update(
            COUNTERPOSE_DATABASE_URL=self.address,
            COUNTERPOSE_EMBEDDER=self.embedder,
            COUNTERPOSE_JOB_LEASE=LEASE,
            **self.settings,
        )

    def command(self, *arguments: str, **settings: str) -> Callable[[], None]:
        def work() -> None:
            from service.__main__ import commands

            self.set_up()
            os.environ.update(settings)
            commands.main(list(arguments), prog_name="counterpose")

        return work

    def file(self, name: str, number: int = 0) -> str:
        """A transcript of a name that stands in none other."""
        path = self.folder / f"{name}.txt"
        path.write_text(speech(name, number))
        return str(path)


def speech(name: str, number: int) -> str:
    turns = []
    for at, theme in enumerate(THEMES):
        who = ("MAYOR ONE", "MINISTER TWO")
        turns += [
            f"{who[i]}:  {SAID[i].format(theme, name)}. And {theme} is number {number + at} of all." for i in (0, 1)
        ]
    return "\n\n".join(turns) + "\n"


def by_command(site: Site, *arguments: str, writes: tuple[Write, ...], again: bool = False, **env: str) -> Operation:
    return Operation(partial(ended, site.command(*arguments, **env)), writes, again)


def holds(table: str, words: str, **equal: object) -> Trace:
    return lambda found: found.count(table, words, **equal)


def lacks(table: str, words: str, **equal: object) -> Trace:
    return lambda found: 1 - found.count(table, words, **equal)


# Transcripts -------------------------------------------------------------------------------------------------


def _added(name: str, said: str | None) -> Write:
    there = (holds("document", f"{name}.txt"),)
    return Write(said, there, (holds("audit", f"{name}.txt", action="add"),))


def add(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    file = site.file(tag)
    return by_command(site, "add", file, writes=(_added(tag, f"{file}: document"),), again=True)


def add_many(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    files = {f"{tag}{at}": site.file(f"{tag}{at}", at) for at in range(MANY)}
    writes = tuple(_added(name, f"{file}: document") for name, file in files.items())
    return by_command(site, "add", *files.values(), writes=writes, again=True)


def hand_in(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    files = [site.file(f"{tag}{at}", at) for at in range(HANDED_IN)]
    handed = tuple(holds("job_document", f"{tag}{at}.txt") for at in range(HANDED_IN))
    return by_command(site, "add", "--background", *files, writes=(Write("job ", (), handed),))


def work_off(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    """A worker that is killed, and the next one."""
    there = hand_in(site, tag, before, random_)
    assert there.run(None).status == 0

    def writes() -> None:
        site.set_up()
        from service.config import Config
        from service.corpus import Corpus
        from service.jobs.worker import working

        corpus = Corpus.open(Config.from_environment())
        with working(corpus.jobs):
            while any(not job.ended for job in corpus.jobs.listed()):
                time.sleep(0.05)
        print("all jobs have ended")

    def settled(at: int) -> Trace:
        return lambda found: sum(
            f"{tag}{at}.txt" in row["name"] and row["outcome"] is not None for row in found.rows["job_document"]
        )

    wanted = tuple(
        Write("all jobs have ended", (holds("document", f"{tag}{at}.txt"), settled(at)), (_audited(f"{tag}{at}.txt"),))
        for at in range(HANDED_IN)
    )
    return Operation(partial(ended, writes), wanted, again=True)


def _audited(words: str) -> Trace:
    return holds("audit", words, action="add")


def replace(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    old = _document(before, random_)
    file = site.file(tag)
    there = (holds("document", f"{tag}.txt"), lacks("document", old["id"]))
    write = Write(f"{file}: document", there, (holds("audit", f"{tag}.txt", action="replace"),))
    return by_command(site, "replace", old["id"], file, writes=(write,))


def remove(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    old = _document(before, random_)
    write = Write("Removed document", (lacks("document", old["id"]),), (_done("remove", old["original_name"]),))
    return by_command(site, "remove", old["id"], writes=(write,))


def correct(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    write = Write(f"title: {tag}", (holds("document", tag),), (became("correct", tag),))
    return by_command(site, "correct", _document(before, random_)["id"], "--title", tag, writes=(write,))


def rename_speaker(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    old = random_.choice(before.rows["speaker"])["id"]
    write = Write(f"is now called {tag}", (holds("speaker", tag),), (became("rename-speaker", tag),))
    return by_command(site, "rename-speaker", old, tag, writes=(write,))


def _document(before: Kept, random_: random.Random) -> dict[str, Any]:
    return random_.choice(before.rows["document"])


def _done(action: str, words: str) -> Trace:
    return holds("audit", words, action=action)


def became(action: str, words: str) -> Trace:
    """As `_done`, of what something is from then on; the next write has it as what was before."""

    def count(found: Kept) -> int:
        details = [row["detail"] for row in found.rows["audit"] if row["action"] == action]
        new = [one["after"] if "after" in one else [value[1] for value in one.values()] for one in details]
        return sum(words in str(one) for one in new)

    return count


# Topics ------------------------------------------------------------------------------------------------------


def _edited(site: Site, action: str, tag: str, *arguments: str) -> Operation:
    write = Write("Done: ", (), (holds("topic_edit", "", why=tag), _done(f"{action}-topic", tag)))
    return by_command(site, *arguments, "--why", tag, writes=(write,))


def _topics(before: Kept) -> list[str]:
    """Those with most statements first, without the locked ones, which nothing joins or leaves."""
    on = [row["topic_id"] for row in before.rows["topic_statement"]]
    shown = {row["id"] for row in before.rows["topic"] if not row["locked"]}
    return sorted(shown & set(on), key=lambda topic: (-on.count(topic), topic))


def rename_topic(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    return _edited(site, "rename", tag, "rename-topic", random_.choice(_topics(before)), f"{tag} name")


def merge_topics(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    kept_, merged = random_.sample(_topics(before), 2)
    return _edited(site, "merge", tag, "merge-topics", kept_, merged)


def split_topic(site: Site, tag: str, before: Kept, _: random.Random) -> Operation:
    topic = _topics(before)[0]
    of = [row["statement_id"] for row in before.rows["topic_statement"] if row["topic_id"] == topic]
    return _edited(site, "split", tag, "split-topic", topic, f"{tag} name", "--statement", of[0])


def lock_topic(site: Site, tag: str, before: Kept, _: random.Random) -> Operation:
    return _edited(site, "lock", tag, "lock-topic", _topics(before)[-1])


def undo_topic_edit(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    assert rename_topic(site, f"{tag}before", before, random_).run(None).status == 0
    (edit,) = (row["id"] for row in kept(site.address).rows["topic_edit"] if f"{tag}before" in row["why"])

    def undone(found: Kept) -> int:
        return sum(row["id"] == edit and row["undone_by"] is not None for row in found.rows["topic_edit"])

    write = Write("Undone: ", (), (undone, _done("undo-topic-edit", f"{tag}why")))
    return by_command(site, "undo-topic-edit", str(edit), "--why", f"{tag}why", writes=(write,))


# Review ------------------------------------------------------------------------------------------------------


def _pair(before: Kept, random_: random.Random) -> tuple[str, str]:
    """Two statements of two speakers."""
    of = {row["id"]: row["speaker_id"] for row in before.rows["label"]}
    said = [row for row in before.rows["statement"] if row["comparable"] and of[row["label_id"]]]
    first = random_.choice(said)
    second = random_.choice([row for row in said if of[row["label_id"]] != of[first["label_id"]]])
    return first["id"], second["id"]


def _sides(before: Kept) -> tuple[str, str]:
    return tuple(row["id"] for row in before.rows["speaker"][:2])  # type: ignore[return-value]


def rule(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    write = Write("Done: ", (), (holds("ruling", "", why=tag), holds("audit", tag)))
    pair = _pair(before, random_)
    return by_command(site, "rule", *pair, "--relation", "opposes", "--why", tag, writes=(write,))


def withdraw_ruling(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    assert rule(site, f"{tag}before", before, random_).run(None).status == 0
    (ruling,) = (row["id"] for row in kept(site.address).rows["ruling"] if row["why"] == f"{tag}before")

    def withdrawn(found: Kept) -> int:
        return sum(row["id"] == ruling and row["withdrawn_by"] is not None for row in found.rows["ruling"])

    write = Write("Withdrawn: ", (), (withdrawn, _done("withdraw-ruling", f"{tag}why")))
    return by_command(site, "withdraw-ruling", str(ruling), "--why", f"{tag}why", writes=(write,))


def mark(site: Site, tag: str, before: Kept, _: random.Random) -> Operation:
    first, second = _sides(before)
    write = Write("Marked: ", (holds("handling", tag),), (became("mark", tag),))
    return by_command(site, "mark", "--first", first, "--second", second, "--owner", tag, writes=(write,))


def answer_report(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    first, second = _pair(before, random_)

    def report() -> None:
        site.set_up()
        from service.config import Config
        from service.corpus import Corpus

        corpus = Corpus.open(Config.from_environment())
        corpus.corrections.report(corpus.corrections.pair(first, second), f"{tag}words")

    assert ended(report).status == 0
    (number,) = (row["id"] for row in kept(site.address).rows["error_report"] if row["words"] == f"{tag}words")
    write = Write("is answered", (), (holds("error_report", f"{tag}answer"), _done("answer-report", f"{tag}answer")))
    arguments = ("answer-report", str(number), "--answered", "--answer", f"{tag}answer")
    return by_command(site, *arguments, writes=(write,))


def snapshot(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    """Of one document that is corrected first, so that it is another than those before."""
    document = _document(before, random_)["id"]
    assert ended(site.command("correct", document, "--place", tag)).status == 0
    ended(site.command("sign-off", document))  # refused where there is no doubt
    frozen = (holds("snapshot", tag, who=tag), holds("audit", tag, action="freeze", who=tag))
    write = Write("/snapshots/", (), frozen)
    first, second = _sides(before)
    arguments = ("snapshot", "--first", first, "--second", second, "--document", document, "--by", tag)
    return by_command(site, *arguments, writes=(write,), again=True)


# Accounts ----------------------------------------------------------------------------------------------------


def user(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    write = Write("has an account now", (), (holds("person", tag, name=tag), _done("add-user", tag)))
    return by_command(site, "users", "add", tag, writes=(write,))


def token(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    write = Write("counterpose_", (), (holds("token", tag), _done("add-token", tag)))
    return by_command(site, "tokens", "add", "Eva", "--for", tag, "--scope", "read", writes=(write,))


def revoke(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    assert token(site, tag, before, random_).run(None).status == 0
    (number,) = (row["id"] for row in kept(site.address).rows["token"] if row["label"] == tag)
    write = Write("Revoked token", (), (lacks("token", tag), _done("revoke-token", tag)))
    return by_command(site, "tokens", "revoke", str(number), writes=(write,))


def _session(site: Site, act: Callable[[Any], object]) -> Callable[[], None]:
    def work() -> None:
        site.set_up()
        from service.access.access import Access
        from service.config import Config
        from service.store.store import Store

        print(f"key {act(Access(Store(site.address), Config()))}")

    return work


def sign_in(site: Site, _: str, before: Kept, __: random.Random) -> Operation:
    number = len(before.rows["session"])
    write = Write("key ", (lambda found: len(found.rows["session"]) - number,), ())
    work = _session(site, lambda access: access.sign_in("Eva", PASSWORD, "127.0.0.1"))
    return Operation(partial(ended, work), (write,))


def sign_out(site: Site, _: str, __: Kept, ___: random.Random) -> Operation:
    from service.access.keys import hash_of

    made = ended(_session(site, lambda access: access.sign_in("Eva", PASSWORD, "127.0.0.1")))
    key = made.said.split()[-1]
    write = Write("key ", (), (lambda found: 1 - found.count("session", hash=hash_of(key)),))
    return Operation(partial(ended, _session(site, lambda access: access.sessions.end(key))), (write,))


# The whole ---------------------------------------------------------------------------------------------------


def _same(address: str, before: Kept) -> int:
    """Whether a database is there and whole; one that is another is 2."""
    found = kept(address)
    if not found.rows.get("audit"):
        return 0
    return 1 if found.rows == before.rows and not found.findings else 2


def backup(site: Site, tag: str, before: Kept, _: random.Random) -> Operation:
    file = site.folder / f"{tag}.sqlite"
    write = Write(" bytes", (lambda _: _same(f"sqlite:///{file}", before) if file.exists() else 0,), ())
    return by_command(site, "backup", str(file), writes=(write,))


def restore(site: Site, tag: str, before: Kept, _: random.Random) -> Operation:
    file, target = site.folder / f"{tag}.sqlite", site.another()
    assert ended(site.command("backup", str(file))).status == 0
    write = Write("audit ", (lambda _: _same(target, before),), ())
    return by_command(site, "restore", str(file), writes=(write,), COUNTERPOSE_DATABASE_URL=target)


def migrate_store(site: Site, _: str, before: Kept, __: random.Random) -> Operation:
    target = site.another()
    write = Write("audit ", (lambda _: _same(target, before),), ())
    return by_command(site, "migrate-store", site.address, target, writes=(write,))


def regroup(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    """With another embedder: all vectors and topics anew. It is the last of a round, for it holds from then on."""
    from tests.torture.costless import Words

    site.embedder = f"words {tag}"
    held = Words(site.embedder).sha256
    write = Write("\n", (holds("state", "", grouped_by=held),), (_done("regroup", held),))
    return by_command(site, "topics", writes=(write,), again=True)


# Over HTTP ---------------------------------------------------------------------------------------------------


def _sent(site: Site, path: str, said: str, write: tuple[Trace, ...], **form: str) -> Operation:
    server, headers = site.server, {"Authorization": f"Bearer {site.token}", "Accept": "text/html"}
    assert server is not None
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return Operation(partial(server.sent, path, urlencode(form).encode(), headers), (Write(said, (), write),))


def post_document(site: Site, tag: str, _: Kept, __: random.Random) -> Operation:
    """Handed in, and left to a worker."""
    form = {"text": speech(tag, 0), "name": f"{tag}.txt", "title": tag}
    return _sent(site, "/documents", "303", (holds("job_document", tag),), **form)


def post_facts(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    document = _document(before, random_)["id"]
    return _sent(site, f"/documents/{document}/facts", "303", (became("correct", tag),), publisher=tag)


def post_ruling(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    first, second = _pair(before, random_)
    traces = (holds("ruling", "", why=tag), holds("audit", tag))
    return _sent(site, "/rulings", "303", traces, first=first, second=second, decision="opposes", why=tag)


def post_report(site: Site, tag: str, before: Kept, random_: random.Random) -> Operation:
    first, second = _pair(before, random_)
    return _sent(site, "/report", "303", (holds("error_report", tag),), first=first, second=second, words=tag)


Making = Callable[[Site, str, Kept, random.Random], Operation]

OPERATIONS: dict[str, Making] = {
    "add": add,
    "add, 5 files": add_many,
    "add, as a job": hand_in,
    "a worker": work_off,
    "replace": replace,
    "remove": remove,
    "correct": correct,
    "rename-speaker": rename_speaker,
    "rename-topic": rename_topic,
    "merge-topics": merge_topics,
    "split-topic": split_topic,
    "lock-topic": lock_topic,
    "undo-topic-edit": undo_topic_edit,
    "rule": rule,
    "withdraw-ruling": withdraw_ruling,
    "mark": mark,
    "answer-report": answer_report,
    "snapshot": snapshot,
    "users add": user,
    "tokens add": token,
    "tokens revoke": revoke,
    "sign in": sign_in,
    "sign out": sign_out,
    "backup": backup,
    "restore": restore,
    "migrate-store": migrate_store,
    "POST /documents": post_document,
    "POST /documents/*/facts": post_facts,
    "POST /rulings": post_ruling,
    "POST /report": post_report,
    "regroup": regroup,
}
