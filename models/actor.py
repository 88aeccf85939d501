"""Actor: the states, bodies and people that a statement says act, are to act, or do what one of its nouns tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.clause import Word, words
from models.negation import NEGATIVE
from models.words import FUNCTION

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
_PREPOSITIONS = frozenset(  # those that are conjunctions too ("after Russia withdrew") are left out
    """of in on at by for with from to into against between among amongst toward towards over about via like under
    without within behind beyond across through upon near around despite except""".split()
)
_BE = frozenset("is are was were be been isn't aren't wasn't weren't".split())
_PRONOUNS = frozenset("he she it they who which that".split())
_BEFORE_NAME = frozenset("the a an all both our its their his her your my this that these those".split())


def actors(text: str) -> tuple[Word, ...]:
    """The named actors of `text`, in order. Who only says or thinks something is none."""
    said = words(text)
    found = {word for at in range(len(said)) for word in _acting(said, at)}
    return tuple(sorted(found, key=lambda word: word.start))


def possible_actors(text: str) -> frozenset[str]:
    """The names of the actors and of all that may act: nothing governs them, or a pronoun may mean them.

    Of a name that is not known to be a state, a body or a person, the word itself.
    """
    said = words(text)
    meant = any(word.folded in _PRONOUNS for word in said)
    free = {word for at, word in enumerate(said) if meant or not _governed(said, at, verbs=True)}
    unknown = {word.folded for word in free if word.name is None and word.issue and word.printed[0].isupper()}
    return frozenset({word.name for word in (*free, *actors(text)) if word.name is not None} | unknown)


def _acting(said: Sequence[Word], at: int) -> Iterator[Word]:
    word = said[at]
    if word.name is None:
        return
    later = [other for other in said[at + 1 : at + 7] if other.clause == word.clause]
    if later and later[0].lemmas & _DEEDS and later[0].can_be("NOUN"):
        yield word
    elif not word.possessive and (_does(said, at, later) or _urged(said, at)):
        yield from _joined(said, at)


def _governed(said: Sequence[Word], at: int, *, verbs: bool = False) -> bool:
    """Whether a preposition governs a name, or one of `verbs`, read past its attributes and the names joined to it."""
    while at > 0 and (said[at - 1].clause == said[at].clause or said[at].folded == "and"):
        at -= 1
        word = said[at]
        if word.folded in _PREPOSITIONS or (verbs and word.can_be("VERB") and word.folded not in _AUX):
            return True
        attribute = word.name is not None or (
            word.can_be("ADJ") and not word.can_be("VERB") and word.folded not in FUNCTION
        )
        if not (attribute or word.folded == "and" or word.folded in _BEFORE_NAME):
            return False
    return False


def _does(said: Sequence[Word], at: int, later: Sequence[Word]) -> bool:
    """Whether a verb of doing follows; a name after a preposition is not the subject of what comes next."""
    if not later or _governed(said, at):
        return False
    verbs = [word for word in later[:5] if word.can_be("VERB") and word.folded not in _AUX and word.folded != "be"]
    if verbs and (verbs[0].lemmas & _TELLS or _is_passive(later, verbs[0])):
        return False
    first = next((word for word in later if not word.can_be("ADV") or word.folded in _AUX), later[0])
    return first.folded in _AUX or (
        first.can_be("VERB") and not first.can_be("NOUN") and not first.folded.endswith("ing")
    )


def _is_passive(later: Sequence[Word], verb: Word) -> bool:
    """Whether something is done to the subject: "was liberated", "is based"."""
    done = ("VERB", verb.folded) not in verb.keys and not verb.folded.endswith("ing")
    return done and any(word.folded in _BE for word in later if word.start < verb.start)


def _urged(said: Sequence[Word], at: int) -> bool:
    """Whether it is asked to do something: "call on Russia to withdraw", but not "call on Mr. Smith", who asked."""
    clause = [word for word in said if word.clause == said[at].clause]
    denied = any(NEGATIVE.search(word.folded) for word in clause if word.start < said[at].start)
    if denied or not any(word.folded == "to" for word in clause if word.start > said[at].start):
        return False
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
