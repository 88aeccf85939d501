"""What can go wrong with a model: its files."""

from __future__ import annotations


class ModelError(Exception):
    """Model files are missing, or are not the ones that were meant. `remedy` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
