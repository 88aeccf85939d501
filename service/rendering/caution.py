"""Caution: what whoever reads a score must know of it, beside every list of pairs, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from service.translation import gettext


@dataclass(frozen=True, slots=True)
class Caution:
    """`stood` says how many of the pairs that were read here stood, where enough were; without it, what is said is the
    measurement of the model card (models/weights/README.md). `link` is the address of the error card, if it has one."""

    stood: str | None = None
    link: str | None = None

    def __str__(self) -> str:
        measured = self.stood or gettext("About half of the pairs shown as opposing opposed when they were read blind.")
        order = gettext("The model’s score puts pairs in order; it is not how often they are right.")
        check = gettext("Read both quotes before you print them.")
        return f"{order} {measured} {check}"


GENERAL = Caution()


def model_score(score: str) -> str:
    """A pair's confidence with the name under which people meet it: 'model’s score 0.87'."""
    return gettext("model’s score %(score)s", score=score)
