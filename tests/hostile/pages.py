"""Hostile web pages: deep, wide, and with everything that a browser would act on."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import Case

_SAID = (
    "<p>ANNA BERG: We want peace in the valley, as everybody knows who lives here.</p>"
    "<p>TOM RAY: We do not want peace at all, and we never have wanted it.</p>"
)


def html(body: str = _SAID, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>".encode()


def cases() -> Iterator[Case]:
    bad, big = "unreadable", "too_large"
    yield Case("deep.html", lambda: html("<div>" * 100_000 + _SAID), big, "deep", about="100,000 elements deep")
    yield Case("font.html", lambda: html("<b><i>" * 50_000 + _SAID), big, "deep", about="100,000 inline elements deep")
    yield Case("tags.html", lambda: html(_SAID + "<p>x</p>" * 1_000_000), big, "elements", seconds=30, memory=900)
    yield Case(
        "attribute.html",
        lambda: html(f'<p title="{"x" * 15_000_000}">{_SAID}'),
        bad,
        "no main text",
        seconds=30,
        memory=600,
    )
    yield Case(
        "attributes.html",
        lambda: html("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + f">{_SAID}"),
        big,
        "40 seconds",
        seconds=150,
    )
    yield Case("script.html", lambda: html(_SAID + "<script>alert(1)</script><img src=x onerror=alert(1)>"), None, "")
    yield Case(
        "refresh.html", lambda: html(head='<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">'), None, ""
    )
    yield Case("base.html", lambda: html(head='<base href="http://127.0.0.1:9/">'), None, "")
    yield Case("frame.html", lambda: html(_SAID + '<iframe src="http://127.0.0.1:9/"></iframe>'), None, "")
    yield Case(
        "entity.html",
        lambda: b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + html(_SAID + "&a;")[15:],
        None,
        "",
    )
    yield Case("entities.html", lambda: html(_SAID + "<p>" + "&amp;" * 1_000_000), None, "", seconds=60, memory=600)
    yield Case(
        "linked.html", lambda: html(head=f'<script type="application/ld+json">{"[" * 100_000}</script>'), None, ""
    )
    yield Case(
        "comment.html",
        lambda: html("<!-- " + "x" * 5_000_000 + _SAID),
        bad,
        "no main text",
        seconds=30,
        about="a comment that never ends",
    )
    yield Case("charset.html", lambda: html(head='<meta charset="utf-7">'), None, "")
    yield Case("head.html", lambda: b"%PDF-1.4\n" + html(), bad, "a PDF file", about="a PDF's head on a page")
