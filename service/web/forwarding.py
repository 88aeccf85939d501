"""Forwarding: an address that names a topic as it was once leads to the same address with the topic of today."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request, url_for

from service.corpus import Corpus

PERMANENT_REDIRECT = 308


def forwarded(corpus: Corpus, text: str | None) -> Response | None:
    """A redirect where `text`, the topic of this request's path or query, is one of once; None where it is not.

    Raises Gone. Browsers are not to keep it, since a merge may be undone.
    """
    row = corpus.forwarded(text)
    if row is None:
        return None
    assert request.endpoint is not None, "a view asks"
    held = dict(request.view_args or {})
    named_in_path = "topic_id" in held
    path = url_for(request.endpoint, **(held | {"topic_id": row.id} if named_in_path else held))
    given = request.args.items(multi=True)
    query = urlencode([(name, row.id if name == "topic" and not named_in_path else value) for name, value in given])
    headers = {"Location": f"{path}?{query}" if query else path, "Cache-Control": "no-cache"}
    return Response("", PERMANENT_REDIRECT, headers)
