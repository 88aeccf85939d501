"""Hostile files: each is refused with its reason, or taken with its warning, and nothing else comes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from models.transcript import Metadata
from service.__main__ import commands
from service.config import Config
from service.corpus import Corpus
from service.documents.intake import Attribution, take
from service.errors import CounterposeError, TooLarge, Unreadable
from service.given import file_name
from service.readers import Source, read
from service.readers.apart import pool
from service.readers.apart.pool import read_apart
from service.readers.parts import limits
from tests.hostile import CASES
from tests.hostile.case import TALK, Case

FEW = (
    *("nul.txt", "pdf.txt", "names.txt", "nul.csv", "twice.json", "half.json", "overflow.srt", "python.md"),
    *("deep.html", "xxe.docx", "less.docx", "locked.pdf", "kids.pdf"),
)
ROOT = Path(__file__).resolve().parents[1]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def child() -> subprocess.Popen[bytes]:
    """The process that read the last file, at rest."""
    return pool._pool(os.getpid())._idle[-1]._process


def child_is(process: int) -> bool:
    idle = pool._pool(os.getpid())._idle
    return bool(idle) and idle[-1]._process.pid == process


def peak(process: int) -> int:
    """The most memory that a process has had, in MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


@pytest.fixture
def fresh() -> Iterator[None]:
    """No process at rest that has read other files."""
    pool._pool(os.getpid()).close()
    yield
    pool._pool(os.getpid()).close()


# The corpus of them -----------------------------------------------------------------------------------------------


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


@LINUX
@pytest.mark.parametrize("case", [case for case in CASES if not case.slow], ids=lambda case: case.name)
def test_a_hostile_file_is_refused_with_its_reason_or_taken_with_its_warning(case: Case) -> None:
    walk(case)


def walk(case: Case) -> None:
    """Take a file as adding does, and hold what becomes of it to what is expected, its cost to its bounds."""
    data = case.make()
    read_apart(Source("good.txt", TALK.encode()))
    process, began = child().pid, time.monotonic()
    Path(f"/proc/{process}/clear_refs").write_text("5")  # its peak is counted from here on
    code, said = None, ""
    try:
        taken = take(Source(case.name, data), Metadata(), Attribution(), limits.MIB * 20)
        said = "\n".join(taken.warnings)
    except CounterposeError as error:
        code, said = error.code, error.message
    assert (code, case.words in said) == (case.code, True), said
    assert time.monotonic() - began < case.seconds
    if child_is(process):
        assert peak(process) < case.memory
    assert take(Source("good.txt", TALK.encode()), Metadata(), Attribution(), 1000).transcript.text == TALK


def test_of_what_is_refused_nothing_is_stored(corpus: Corpus) -> None:
    for case in (case for case in CASES if case.name in FEW):
        with pytest.raises(CounterposeError):
            corpus.add(Source(case.name, case.make()), regroup=False)
    assert (corpus.documents(), corpus.speakers()) == ((), ())
    assert corpus.add(Source("good.txt", TALK.encode())).document.words > 0


def test_a_warning_is_seen_before_and_after_a_document_is_added(corpus: Corpus) -> None:
    turned = Source("turned.txt", f"{TALK}ANNA BERG: We want \u202ewar\u202c with the north.\n".encode())
    preview = corpus.preview(turned)
    assert any("turn the direction of writing" in one for one in preview.warnings)
    added = corpus.add(turned)
    assert any("turn the direction of writing" in one for one in added.warnings)
    assert "\u202ewar\u202c" in corpus.text(added.document.id)  # a quote is verbatim


# The process ------------------------------------------------------------------------------------------------------


@LINUX
def test_the_process_holds_none_of_this_ones_files_and_settings(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", "postgresql://me:secret@db/talks")
    with (tmp_path / "held").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        read_apart(Source("a.txt", TALK.encode()))
        files = [str(one.readlink()) for one in Path(f"/proc/{child().pid}/fd").iterdir()]
    assert sum(one.startswith("pipe:") for one in files) == 2
    assert {one for one in files if not one.startswith("pipe:")} == {"/dev/null"}
    assert b"secret" not in Path(f"/proc/{child().pid}/environ").read_bytes()


@LINUX
def test_the_process_has_limits(fresh: None) -> None:
    import resource

    read_apart(Source("a.txt", TALK.encode()))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        assert resource.prlimit(child().pid, what) == (0, 0)
    assert resource.prlimit(child().pid, resource.RLIMIT_NOFILE)[0] <= 32
    assert resource.prlimit(child().pid, resource.RLIMIT_AS)[0] == limits.memory(len(TALK))
    assert resource.prlimit(child().pid, resource.RLIMIT_CPU)[0] <= limits.seconds(len(TALK)) + 5


def test_a_process_that_is_killed_is_replaced(fresh: None) -> None:
    read_apart(Source("a.txt", TALK.encode()))
    first = child()
    first.kill()
    first.wait()
    assert read_apart(Source("a.txt", TALK.encode())).transcript.text == TALK
    assert child().pid != first.pid


def test_a_process_is_replaced_after_so_many_files(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", 3)
    seen = set()
    for _ in range(5):
        read_apart(Source("a.txt", TALK.encode()))
        seen |= {one._process.pid for one in pool._pool(os.getpid())._idle}
    assert len(seen) == 2


@LINUX
def test_a_process_that_hangs_is_given_up(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    read_apart(Source("a.txt", TALK.encode()))
    os.kill(child().pid, signal.SIGSTOP)
    patience = limits.patience
    monkeypatch.setattr(limits, "patience", lambda _: 0.5)
    with pytest.raises(TooLarge, match="takes more than"):
        read_apart(Source("a.txt", TALK.encode()))
    monkeypatch.setattr(limits, "patience", patience)
    assert read_apart(Source("a.txt", TALK.encode())).transcript.text == TALK


@LINUX
@pytest.mark.parametrize(
    ("how", "error", "said"), [(signal.SIGSEGV, Unreadable, "breaks"), (signal.SIGXCPU, TooLarge, "takes more than")]
)
def test_a_file_that_breaks_its_process_is_refused(fresh: None, how: int, error: type[Exception], said: str) -> None:
    read_apart(Source("a.txt", TALK.encode()))
    threading.Timer(0.2, os.kill, (child().pid, how)).start()
    with pytest.raises(error, match=said):
        read_apart(Source("a.csv", b"speaker,text\n" + b"A,b\n" * 290_000))


@LINUX
def test_a_file_that_takes_too_much_memory_is_refused(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is the child's own: what is too much for it is tried on a file that needs more than it is given."""
    code = (
        "import service.readers.parts.limits as l; l.memory = lambda size: 150 * l.MIB\n"
        "from service.readers.apart.child import main; main()"
    )
    data = TALK.encode() * 750_000
    request = b'{"name": "a.txt", "speaker": null, "max_bytes": 1000000000, "size": %d}\n' % len(data)
    done = subprocess.run(
        [sys.executable, "-c", code], input=request + data, capture_output=True, timeout=60, check=True
    )
    assert b"of memory to read" in done.stdout


def test_threads_share_the_processes(fresh: None) -> None:
    texts = [f"{TALK}ANNA BERG: This is number {n}.\n" for n in range(40)]
    found: dict[int, str] = {}

    def work(some: range) -> None:
        for n in some:
            found[n] = read_apart(Source("a.txt", texts[n].encode())).transcript.text

    threads = [threading.Thread(target=work, args=(range(n, 40, 4),)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [found[n] for n in range(40)] == texts
    assert len(pool._pool(os.getpid())._idle) <= pool.AT_ONCE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="has no fork")
def test_a_process_that_was_forked_starts_its_own(fresh: None) -> None:
    code = (
        "import os, sys\n"
        "from service.readers import Source\n"
        "from service.readers.apart import pool\n"
        f"source = Source('a.txt', {TALK.encode()!r})\n"
        "def child(): pool.read_apart(source); return pool._pool(os.getpid())._idle[-1]._process.pid\n"
        "first = child()\n"
        "if os.fork() == 0: os._exit(child() == first)\n"
        "same = os.wait()[1]\n"
        "sys.exit(same or child() != first)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_it_reads_as_the_readers_do_in_a_program_without_a_main_module(council: Path) -> None:
    source = Source(council.name, council.read_bytes())
    found = read_apart(source)
    assert (found.transcript, found.format) == (read(source), "plain_text")
    program = (
        "from service.readers import Source\nfrom service.readers.apart.pool import read_apart\n"
        f"print(read_apart(Source('a.txt', {TALK.encode()!r})).format)"
    )
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "plain_text\n"


# Names of files, and what is none ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\CON.txt", "CON.txt"),
        ("a\0b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie: b.txt"),
        ("speech\u202etxt.exe", "speechtxt.exe"),
        ("a\u200bb.txt", "ab.txt"),
        ("x" * 300 + ".docx", "x" * 145 + ".docx"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("a/", "unnamed"),
        ("half \ud800.txt", "half ?.txt"),
        ("Rede über Öl.txt", "Rede über Öl.txt"),
    ],
)
def test_a_files_name_is_its_last_part_without_what_cannot_be_seen(given: str, kept: str) -> None:
    assert file_name(given) == kept
    assert Source(given, b"").name == kept


@pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes")
def test_what_is_no_file_is_refused_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path}/counterpose.sqlite")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "real.txt").write_text(TALK)
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "folder.txt").mkdir()
    for path in (tmp_path / "pipe.txt", tmp_path / "folder.txt", Path("/dev/zero"), Path("/dev/null")):
        done = CliRunner().invoke(commands, ["add", str(path)])
        assert (done.exit_code, "is no file" in done.output) == (1, True), done.output
    assert CliRunner().invoke(commands, ["add", str(tmp_path / "loop.txt")]).exit_code == 1
    assert CliRunner().invoke(commands, ["add", str(tmp_path / "link.txt")]).exit_code == 0


# Forms --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(corpus_factory: Callable[..., Corpus]) -> tuple[FlaskClient, Corpus]:
    """A client, and the corpus that it is of: nothing is added to it."""
    from service.app import create_app

    corpus = corpus_factory()
    return create_app(Config(), corpus).test_client(), corpus


def parts(number: int, name: str = "x") -> bytes:
    one = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n1\r\n'
    return one.encode() * number + b"--b--\r\n"


MULTIPART = {"content_type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (parts(100_000), MULTIPART),
        (parts(1) + b"--b\r\n" + b"X: y\r\n" * 500_000 + b"\r\n1\r\n--b--\r\n", MULTIPART),
        (b"a&" * 2_000_000, {"content_type": "application/x-www-form-urlencoded"}),
        (b"text=" + b"x" * 40_000_000, {"content_type": "application/x-www-form-urlencoded"}),
        (b"--b\r\nContent-Disposition: form-data; name=text\r\n\r\n" + b"x" * 40_000_000 + b"\r\n--b--", MULTIPART),
    ],
    ids=["parts", "headers", "fields", "a field", "a part"],
)
@pytest.mark.parametrize("address", ["/add", "/documents", "/report"])
def test_a_form_that_is_a_bomb_is_refused(
    empty: tuple[FlaskClient, Corpus], address: str, body: bytes, kind: dict[str, str]
) -> None:
    client, corpus = empty
    began = time.monotonic()
    answer = client.post(address, data=body, **kind)
    assert answer.status_code in (400, 404, 413), answer.text[:300]
    assert time.monotonic() - began < 10
    assert corpus.documents() == ()
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("name", ["../../../evil.txt", "CON.txt", "x" * 300 + ".txt", "a\u202etxt.exe.txt", "-rf .txt"])
def test_a_file_with_a_tricky_name_is_shown_and_kept_under_a_plain_one(
    empty: tuple[FlaskClient, Corpus], name: str
) -> None:
    from io import BytesIO

    client, _ = empty
    answer = client.post("/add", data={"file": (BytesIO(TALK.encode()), name)}, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "\u202e" not in answer.text
    assert "../" not in answer.text.replace('href="../', "")


# What is said of it -------------------------------------------------------------------------------------------


def test_the_documents_say_the_limits() -> None:
    from service.documents import courtesy, reach
    from service.web.sizes import MOST_FIELDS, PLAIN_FORM

    formats = (ROOT / "docs" / "formats.md").read_text("utf-8")
    numbers = (limits.TURNS, limits.VOICES, limits.LABELS, limits.ROWS, limits.COLUMNS, limits.DEPTH, limits.ELEMENTS)
    more = (limits.PAGES, limits.MEMBERS, limits.HEADER, limits.FILES, limits.seconds(0), MOST_FIELDS, PLAIN_FORM)
    for number in (*numbers, *more, limits.UNPACKED // limits.MIB, limits.memory(0) // limits.MIB):
        assert f"{number:,}" in formats, number
    by_url = (ROOT / "docs" / "adding-by-url.md").read_text("utf-8")
    assert all(str(port) in by_url for port in reach.PORTS)
    assert f"more than {courtesy.LONGEST:.0f} seconds" in by_url
    assert courtesy.PAUSE == 2
