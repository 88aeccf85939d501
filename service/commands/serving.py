"""Commands that serve: serve, demo."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from service.commands.terminal import note, opened, say, writer
from service.errors import Unavailable

if TYPE_CHECKING:
    from flask import Flask

    from models.comparison import Comparison
    from service.config import Config
    from service.corpus import Corpus

BACKLOG = 1024  # requests that may wait to be taken

_host = click.option("--host", help="The address to listen on.  [default: 127.0.0.1, or COUNTERPOSE_HOST]")
_port = click.option("--port", type=click.IntRange(0, 65535), help="[default: 8000, or COUNTERPOSE_PORT]")


@click.command()
@_host
@_port
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages and the API until interrupted."""
    config = _addressed(host, port)
    alone = config.processes == 1  # else a worker is beside, and no request waits for its own process to do a job
    with opened(replace(config, worker=config.worker and alone)) as corpus, _with_worker(corpus, config):
        _serve(corpus, config)


@click.command()
def worker() -> None:
    """Do jobs until interrupted: adding, finding topics anew, judging. Run as many as wanted, on any machine.

    All of them take jobs from the database that COUNTERPOSE_DATABASE_URL names, and `serve` does jobs as well unless
    COUNTERPOSE_WORKER is 0.
    """
    from threading import Event

    from service.config import Config
    from service.jobs.worker import working

    with opened(replace(Config.from_environment(), worker=True)) as corpus, working(corpus.jobs):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        click.echo("Counterpose does jobs (stop it with Ctrl-C)")
        try:
            Event().wait()
        except KeyboardInterrupt:
            note("")


@click.command()
@click.option("--database", type=click.Path(dir_okay=False), help="Where to keep the sample.  [default: its own file]")
@click.option("--serve/--no-serve", "served", default=True, help="Serve it afterwards.  [default: serve]")
@_host
@_port
def demo(database: str | None, served: bool, host: str | None, port: int | None) -> None:
    """Load the sample, print its first comparison, and serve it."""
    from service.commands.comparing import printed
    from service.config import data_folder

    path = Path(database) if database is not None else data_folder() / "demo.sqlite"
    config = replace(_addressed(host, port), database_url=f"sqlite:///{path.absolute()}", processes=1)
    with opened(replace(config, read_only=False)) as corpus:
        corpus.add_sample(by=writer())
        click.echo(printed(_first_comparison(corpus), shutil.get_terminal_size((100, 24)).columns))
    if served:
        click.echo("")
        with opened(config) as corpus, _with_worker(corpus, config):
            _serve(corpus, config)


def _first_comparison(corpus: Corpus) -> Comparison:
    """On the largest topic on which two speak."""
    topics = [topic for topic in corpus.topics() if len(topic.speakers) > 1]
    return corpus.compare(topic=topics[0].id if topics else None)


def _addressed(host: str | None, port: int | None) -> Config:
    from service.config import Config

    config = Config.from_environment()
    return replace(config, host=host or config.host, port=config.port if port is None else port)


@contextmanager
def _with_worker(corpus: Corpus, config: Config) -> Iterator[None]:
    """Jobs are done in this process, unless others are to do them or nothing can be written."""
    from service.jobs.worker import working

    with ExitStack() as stack:
        if config.worker and not config.read_only:
            try:
                stack.enter_context(working(corpus.jobs) if config.processes == 1 else _worker_beside())
            except Unavailable as error:  # a file that may only be read is served all the same
                say(error)
        yield


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker in a process of its own: its threads would not outlive a fork of this one."""
    with subprocess.Popen([sys.executable, "-m", "service", "worker"], stdout=subprocess.DEVNULL) as beside:
        try:
            yield
        finally:
            beside.terminate()


def _serve(corpus: Corpus, config: Config) -> None:
    with ExitStack() as stack:
        bound = stack.enter_context(_bound(config))
        if config.processes > 1:
            figures = stack.enter_context(TemporaryDirectory(prefix="counterpose-metrics-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures  # before prometheus_client is imported, which looks once
        from service.app import create_app
        from service.logs import set_up
        from service.web.operation import request_id

        set_up(config.log, request_id)
        app = create_app(config, corpus)
        click.echo(f"Counterpose is at http://{_shown(config.host)}:{bound.getsockname()[1]} (stop it with Ctrl-C)")
        if config.processes > 1:
            from service.web.prefork import Prefork

            Prefork(app, corpus, config, bound).run()
        else:
            _run(app, config, bound)


def _run(app: Flask, config: Config, bound: socket.socket) -> None:
    """Serve in this process until interrupted."""
    from service.web import alone

    server = alone.server(app, config, bound)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a container or a service manager stops with it
    try:
        server.run()
    except KeyboardInterrupt:
        note("")
    finally:
        server.close()


def _bound(config: Config) -> socket.socket:
    """A socket that listens. Raises Unavailable where the address is taken or none of this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        raise Unavailable(
            f"{config.host}:{config.port} cannot be listened on: {error.strerror or error}.",
            "Stop what listens there, or choose another with --host and --port.",
        ) from error
    return bound


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
