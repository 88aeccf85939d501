"""Text fragment: a link that opens the published page at the quote and marks it there, in browsers that know how.

https://wicg.github.io/scroll-to-text-fragment/: `#:~:text=[prefix-,]start[,end][,-suffix]`, each part percent-encoded,
its hyphens and commas too.
"""

from __future__ import annotations

from urllib.parse import quote as percent

from service.citations.parts.passage import Passage
from service.errors import Conflict
from service.rendering.wording import rendered, web_link
from service.translation import N_

NAME, LABEL, NOTE = "text-fragment", N_("Link to the words"), N_("opens the published page at the quote")
MEDIA_TYPE = "text/plain"

WHOLE = 12  # words up to which a quote is given whole; browsers find a longer one by its two ends
ENDS = 5  # words of each end
AROUND = 3  # words before and after, where the quote's own would be found elsewhere first


def render(passage: Passage) -> str:
    """Raises Conflict where the document has no address on the web and is not served either."""
    quote = passage.quote
    address = web_link(quote.document.metadata.source_url) or passage.page_address
    if address is None:
        raise Conflict(
            f"Document {quote.document.id} has no address on the web that a link could lead to.",
            f"Give it one: counterpose correct {quote.document.id} --source-url URL.",
        )
    base, _, fragment = address.partition("#")
    return f"{base}#{fragment}:~:text={directive(passage)}"


def directive(passage: Passage) -> str:
    """The quote as a text directive, as exact as it has to be. No part of one may run over a paragraph's end."""
    words = rendered(passage.quote.text).split()
    ends = (words,) if len(words) <= WHOLE else (words[:ENDS], words[-ENDS:])
    parts = map(_coded, ends)
    page = rendered(passage.stored).casefold()
    if all(page.count(" ".join(end).casefold()) == 1 for end in ends):
        return ",".join(parts)
    before, after = passage.words_around
    prefix = [f"{_coded(before[-AROUND:])}-"] if before else []
    suffix = [f"-{_coded(after[:AROUND])}"] if after else []
    return ",".join((*prefix, *parts, *suffix))


def _coded(words: list[str]) -> str:
    return percent(" ".join(words), safe="").replace("-", "%2D")
