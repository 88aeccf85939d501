"""Actor: the states, bodies and people that a statement says act, are to act, or do what one of its nouns tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.clause import Word, words

_AUX = frozenset(
    """is are was were has have had do does did will would shall should can could may might must cannot isn't aren't
    wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't shouldn't can't couldn't mustn't""".split()
)
_TELLS = frozenset(  # what is told is not what is done
    """say state tell mention speak talk note know think believe feel hear see understand refer add stress emphasize
    announce declare explain suggest indicate express share discuss recognize agree""".split()
)
_DEEDS = frozenset(  # "Russia's withdrawal", "Russian aggression": nouns whose owner is who does it
    """extension expansion enlargement aggression invasion attack withdrawal deployment occupation annexation incursion
    intervention interference violation escalation retaliation buildup support refusal provocation bombardment
    blockade commitment contribution""".split()
)
_URGES = frozenset("urge urges urged call calls calling".split())


def actors(text: str) -> tuple[Word, ...]:
    """The named actors of `text`, in order. Who only says or thinks something is none."""
    said = words(text)
    found = {word for at in range(len(said)) for word in _acting(said, at)}
    return tuple(sorted(found, key=lambda word: word.start))


def _acting(said: Sequence[Word], at: int) -> Iterator[Word]:
    word = said[at]
    if word.name is None:
        return
    later = [other for other in said[at + 1 : at + 7] if other.clause == word.clause]
    if later and later[0].lemmas & _DEEDS and later[0].can_be("NOUN"):
        yield word
    elif not word.possessive and (_does(said[at - 1] if at else None, later) or _urged(said, at)):
        yield from _joined(said, at)


def _does(before: Word | None, later: Sequence[Word]) -> bool:
    """Whether a verb of doing follows; a name after a preposition is not the subject of what comes next."""
    if not later or (before is not None and before.folded in _PREPOSITIONS):
        return False
    verbs = [word for word in later[:5] if word.can_be("VERB") and word.folded not in _AUX and word.folded != "be"]
    if verbs and verbs[0].lemmas & _TELLS:
        return False
    first = next((word for word in later if not word.can_be("ADV") or word.folded in _AUX), later[0])
    return first.folded in _AUX or (
        first.can_be("VERB") and not first.can_be("NOUN") and not first.folded.endswith("ing")
    )


_PREPOSITIONS = frozenset(
    "of in on at by for with from to into against between among toward towards over about via like".split()
)


def _urged(said: Sequence[Word], at: int) -> bool:
    before = [word.folded for word in said[max(0, at - 3) : at] if word.folded not in ("the", "on", "upon")]
    return bool(before) and before[-1] in _URGES


def _joined(said: Sequence[Word], at: int) -> Iterator[Word]:
    """The name and those joined to it on its left: "Germany and the United States are"."""
    yield said[at]
    listed = False
    while at > 0:
        left = at - 1
        while left > 0 and said[left].folded in ("the", "and", "both"):
            listed = listed or said[left].folded == "and"
            left -= 1
        if not listed or said[left].name is None or said[left].possessive:
            return
        yield said[left]
        at = left
