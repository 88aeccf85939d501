"""Length: up to where a sentence is read closely.

What is asked of a sentence (who holds it, what it denies, what it shares with another) takes time that grows faster
than its length. Hardly a sentence that is spoken is longer than this; what is, a table or a text without stops, is
quoted as any other and compared with nothing.
"""

from __future__ import annotations

LONGEST = 2000  # characters


def is_long(sentence: str) -> bool:
    """Whether it is too long to be read closely."""
    return len(sentence) > LONGEST
