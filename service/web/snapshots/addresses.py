"""Snapshot addresses: frozen comparisons for people and for programs; what changed since is told, never put in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from flask import Response, make_response, render_template, request
from flask_openapi3 import Tag

from service.answers.corpus import listed_item, replay_item, snapshot_item
from service.corpus import Corpus
from service.errors import NotFound
from service.exports import export, formats
from service.rendering.brief import of
from service.schema.access import READING, WRITING
from service.schema.compare import ComparisonAnswer
from service.schema.fields import ListQuery
from service.schema.refusals import refusals
from service.schema.snapshots import Freeze, ReplayItem, SnapshotFilePath, SnapshotItem, SnapshotPath, SnapshotsAnswer
from service.web import screens
from service.web.described import DescribedBlueprint
from service.web.negotiation import demand_object, page_or_json
from service.web.snapshots import screens as snapshot_screens

SNAPSHOTS = Tag(name="snapshots", description="Comparisons frozen for good, by the SHA-256 of their JSON.")
FOR_GOOD = "public, max-age=31536000, immutable"
View = Callable[..., Response]


def blueprint(corpus: Corpus) -> DescribedBlueprint:
    api = DescribedBlueprint("snapshots", __name__)

    def operation(method: str, rule: str, answer: type[Any], *refused: int) -> Callable[[View], View]:
        responses = {"200": answer, **refusals(*refused)}
        register = cast(Callable[..., Callable[[View], View]], getattr(api, method))
        security = READING if method == "get" else WRITING
        return register(rule, tags=[SNAPSHOTS], responses=responses, security=security)

    @operation("get", "/snapshots", SnapshotsAnswer)
    def snapshots(query: ListQuery) -> Response:
        """All snapshots, newest first"""
        rows = corpus.snapshots.rows()
        page = partial(render_template, "snapshots.html", rows=rows)
        return page_or_json(query.format, page, lambda: SnapshotsAnswer(snapshots=[listed_item(one) for one in rows]))

    @api.before_request
    def demand_body() -> None:
        if request.method == "POST":
            demand_object()

    @operation("post", "/snapshots", SnapshotItem, 404, 409, 410, 415)
    def freeze(body: Freeze) -> Response:
        """Freeze a comparison

        What `GET /compare` answers to the same. The same answer is one snapshot, however often it is frozen.
        """
        row = corpus.snapshots.freeze(**body.asked())
        response = Response(snapshot_item(row).model_dump_json(indent=2) + "\n", content_type="application/json")
        response.headers["Location"] = row.path
        return response

    @operation("get", "/snapshots/<sha256>.json", ComparisonAnswer, 404, 409, 410)
    def frozen(path: SnapshotPath) -> Response:
        """The frozen JSON, to the byte

        It never changes. It is not given out while a stored text does not bear its quotes out (409), nor once a
        document that it quotes was removed (410).
        """
        response = Response(corpus.snapshots.body(path.sha256), content_type="application/json")
        response.set_etag(path.sha256)
        response.headers["Cache-Control"] = FOR_GOOD
        return response

    @operation("get", "/snapshots/<sha256>/changes", ReplayItem, 404, 409, 410)
    def changes(path: SnapshotPath, query: ListQuery) -> Response:
        """What is another in the same comparison today"""
        found = corpus.snapshots.snapshot(path.sha256)
        page = partial(snapshot_screens.changes, found.row, found.replayed)
        return page_or_json(query.format, page, lambda: replay_item(found.replayed))

    @api.get("/snapshots/<sha256>", doc_ui=False)
    def snapshot(path: SnapshotPath) -> Response:
        return make_response(snapshot_screens.snapshot(corpus.snapshots.snapshot(path.sha256), screens.caution(corpus)))

    @api.get("/snapshots/<sha256>.<suffix>", doc_ui=False)
    def exported(path: SnapshotFilePath) -> Response:
        found = corpus.snapshots.snapshot(path.sha256)
        name = next((name for name, each in formats().items() if f".{path.suffix}" == each.SUFFIX), None)
        if name is None:
            offered = tuple(each.SUFFIX for each in formats().values())
            raise NotFound(f"There is no format “.{path.suffix}”.", f"Choose one of: {', '.join(offered)}.", offered)
        data = export(found.comparison, name, screens.absolute(found.row.path), screens.caution(corpus))
        response = Response(data, mimetype=formats()[name].MEDIA_TYPE)
        response.headers["Content-Disposition"] = (
            f'inline; filename="{of(found.comparison).file}-{path.sha256[:12]}.{path.suffix}"'
        )
        return response

    return api
