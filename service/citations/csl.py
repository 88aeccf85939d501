"""CSL-JSON: the source for Zotero, Pandoc and whatever else cites by the Citation Style Language."""

from __future__ import annotations

import json

from service.citations.parts.csl_item import item
from service.citations.parts.passage import Passage
from service.translation import N_

NAME, LABEL, NOTE = "csl", "CSL-JSON", N_("for Zotero, Pandoc and others")
MEDIA_TYPE = "application/vnd.citationstyles.csl+json"


def render(passage: Passage) -> str:
    return json.dumps([item(passage.quote)], ensure_ascii=False, indent=2) + "\n"
