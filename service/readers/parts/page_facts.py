"""Page facts: what a web page states of its document: in meta tags, JSON-LD, and elements marked as date or place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.date import span
from models.transcript import Metadata

LONGEST_PLACE = 80  # characters
HEAD_LINES = 6  # of the main text, among which a place stands above the clock time
_WORD_DATE = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+([A-Z][a-z]+)|([A-Z][a-z]+)\s+(\d{1,2})),?\s+(\d{4})")
_MONTHS = "January February March April May June July August September October November December".split()
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d\s*[AaPp]\.?\s?[Mm]\.?(?:\s+[A-Z]{2,5})?")
_ASIDE = "ancestor-or-self::*[self::nav or self::aside or self::footer or self::form]"


def facts(tree: Any, main_text: str) -> Metadata:
    """What is stated and nothing that is guessed. `main_text` is the page's own, a paragraph a line."""
    linked = tuple(_linked(tree))
    publisher = _first(tree, "//meta[@property='og:site_name']/@content") or _named(linked, "publisher")
    url = _first(tree, "//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
    return Metadata(
        title=_title(tree, linked, publisher),
        date=_date(tree, linked),
        place=_place(tree, linked) or _place_above_time(main_text),
        publisher=publisher,
        language=_first(tree, "/html/@lang"),
        source_url=url if url and re.match(r"https?://\S+$", url) else None,
    )


def _first(tree: Any, *paths: str) -> str | None:
    for path in paths:
        for value in tree.xpath(path):
            if shown := _tidy(value if isinstance(value, str) else value.text_content()):
                return shown
    return None


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _linked(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of the page's JSON-LD; what is no JSON is left out."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            found = json.loads(script)
        except (ValueError, RecursionError):
            continue
        graph = found.get("@graph", [found]) if isinstance(found, dict) else found
        yield from (one for one in graph if isinstance(one, dict))


def _stated(linked: Sequence[Mapping[str, Any]], name: str) -> Any:
    return next((one[name] for one in linked if one.get(name)), None)


def _named(linked: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """The name of a thing that JSON-LD gives as a text or as an object."""
    found = _stated(linked, name)
    found = found.get("name") if isinstance(found, dict) else found
    return _tidy(found) or None if isinstance(found, str) else None


def _title(tree: Any, linked: Sequence[Mapping[str, Any]], publisher: str | None) -> str | None:
    """The title, without the publisher's name after a bar or a dash."""
    found = _first(tree, "//meta[@property='og:title']/@content") or _named(linked, "headline")
    headings = tree.xpath("//h1")
    if found is None and len(headings) == 1:
        found = _tidy(headings[0].text_content()) or None
    found = found or _first(tree, "//title/text()", "//h1")
    if found and publisher:
        found = re.sub(rf"\s+[|•·–—-]\s+{re.escape(publisher)}$", "", found)
    return found


def _date(tree: Any, linked: Sequence[Mapping[str, Any]]) -> str | None:
    stated = [
        *tree.xpath("//meta[@property='article:published_time' or @name='date' or @itemprop='datePublished']/@content"),
        *tree.xpath("//meta[translate(@name, 'DCTERMS', 'dcterms')='dcterms.date' or @name='DC.date']/@content"),
        *filter(None, [_stated(linked, "datePublished")]),
        *tree.xpath("//*[@itemprop='datePublished']/@datetime"),
        *tree.xpath("//main//time/@datetime | //article//time/@datetime | //*[h1 or .//h1]//time/@datetime"),
    ]
    for value in stated:
        day = re.match(r"\d{4}-\d\d-\d\d", str(value).strip())
        if day and span(day[0]):
            return day[0]
    marked = tree.xpath(f"//*[contains(@class, 'date') or @itemprop='datePublished'][not({_ASIDE})]")
    return next((said for one in marked if (said := _in_words(_tidy(one.text_content())))), None)


def _in_words(text: str) -> str | None:
    """ "March 4, 2023" or "4 March 2023", where an element holds nothing else."""
    found = _WORD_DATE.fullmatch(text)
    month = (found[2] or found[3]) if found else ""
    if not found or month not in _MONTHS:
        return None
    day = f"{found[5]}-{_MONTHS.index(month) + 1:02}-{int(found[1] or found[4]):02}"
    return day if span(day) else None


def _place(tree: Any, linked: Sequence[Mapping[str, Any]]) -> str | None:
    stated = _named(linked, "contentLocation") or _named(linked, "locationCreated")
    if stated:
        return stated
    for one in tree.xpath(f"//*[@itemprop or @class][not({_ASIDE})]"):
        marked = one.get("itemprop") in ("locationCreated", "contentLocation") or any(
            re.search(r"(?:^|[-_])(?:location|place)$", name) for name in (one.get("class") or "").split()
        )
        words = _tidy(one.text_content()) if marked else ""
        if 0 < len(words) <= LONGEST_PLACE:
            return words
    return None


def _place_above_time(main_text: str) -> str | None:
    """The lines between the title and the clock time at the top of a transcript: "East Room", then "2:02 P.M. EDT"."""
    lines = [line.strip() for line in main_text.splitlines() if line.strip()][:HEAD_LINES]
    at = next((i for i, line in enumerate(lines) if _CLOCK.fullmatch(line)), 0)
    above = [line for line in lines[:at] if len(line.split()) <= 6 and not line.endswith((".", "?", "!", ":"))]
    return ", ".join(above) or None
