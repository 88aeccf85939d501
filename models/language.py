"""Language: whether a text is English, which is all that the bundled classifier reads."""

from __future__ import annotations

from functools import cache
from typing import Any

from models.words import FUNCTION, folded, words

ENOUGH = 1 / 3  # share of function words from which a text is English without asking the identifier
LIKELY = 0.005  # least probability of English, among all the identifier's languages, at which a text still counts as it
CHARACTERS = 1000  # as many are looked at


def is_english(text: str) -> bool:
    """Whether a text is English or cannot be told from it. Names, numbers and fragments count as English."""
    text = text[:CHARACTERS]
    found = words(text)
    if not found:
        return True
    if sum(folded(word) in FUNCTION for word in found) >= ENOUGH * len(found):
        return True
    return float(dict(_identifier().rank(text))["en"]) >= LIKELY


@cache
def _identifier() -> Any:
    """py3langid's naive Bayes over byte n-grams (Lui and Baldwin 2012). 110 MB, so only where it is needed."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
