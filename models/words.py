"""Words: what counts as one, and which of them carry content."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+(?:[.,]\d+)*", re.UNICODE)

# English function words. Libraries' lists drop words that matter here ("system", "interest", "fire"), so it is ours.
FUNCTION = frozenset(
    """
    a an the this that these those such same other another each every either neither both all any some no none one
    ones i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
    hers herself it its itself they them their theirs themselves who whom whose which what whoever whatever someone
    somebody something anyone anybody anything everyone everybody everything nobody nothing am is are was were be
    been being do does did doing done have has had having will would shall should can could may might must ought
    cannot not n't never nor and or but yet so if then else than because since although though while whereas unless
    until when whenever where wherever why how whether as of at by for with without within about against between
    among amongst into through throughout during before after above below to from up down in out on off over under
    upon onto toward towards across along around behind beside besides beyond near via per again further once here
    there now too very also just only even still already ever rather quite almost always often sometimes perhaps
    maybe indeed however therefore thus hence moreover otherwise instead together apart away back own much many more
    most few less least several enough lot lots bit kind sort etc yes well oh okay ok please let lets despite
    onwards amid like unlike regarding concerning
    """.split()
)

# Words that open, hold and close a speech without saying what it is about: they never name a topic.
RHETORIC = frozenset(
    """
    say says said saying tell tells told talk talks talked talking speak speaks spoke spoken speaking mention
    mentioned state stated think thinks thought thinking know knows knew known believe believes believed feel felt
    mean means meant guess suppose understand want wants wanted wish wishes hope hopes hoped like liked likes love
    need needs needed try tries tried trying go goes going went gone come comes came coming get gets got getting
    gotten give gives gave given giving take takes took taken taking make makes made making put puts keep keeps kept
    see sees saw seen seeing look looks looked looking forward find found show shows shown use used using happen
    happened happens become becomes became continue continues continued begin began start started remain remains ask
    asks asked asking answer question questions refer referring referred highlight address discuss discussed
    discussing raise thing things way ways time times day days today tomorrow yesterday tonight week weeks month
    months year years moment hour hours first second third last next new old good great better best big small long
    short high right wrong clear very important really actually simply obviously certainly clearly frankly directly
    exactly finally particularly especially including able ready sure fact facts point points case cases matter
    matters issue issues example part parts number word words conclusion mr mrs ms madam sir president minister
    secretary chancellor prime vice senator governor excellency excellencies colleague colleagues people person man
    men woman women everybody anybody thank thanks welcome honor honour pleasure course remarks meeting terms couple
    majority inch hi behalf regard sense role level basis end others friend friends dear gratitude respect two three
    four five six seven eight nine ten hundred thousand million billion dozen half
    """.split()
)


def words(text: str) -> list[str]:
    """The words of a text as printed, in order."""
    return WORD.findall(text)


def folded(word: str) -> str:
    """A word as it is compared: lower case, without a possessive ending, curly apostrophes made straight."""
    return word.lower().replace("’", "'").removesuffix("'s").strip("'-")


def content_words(text: str) -> list[str]:
    """The folded words that carry meaning: no function words, no contractions of them, nothing of a single letter."""
    return [w for w in map(folded, words(text)) if len(w) > 1 and w not in FUNCTION and not is_contraction(w)]


def topic_words(text: str) -> list[str]:
    """The content words that can say what a text is about."""
    return [w for w in content_words(text) if is_topic_word(w)]


def is_topic_word(word: str) -> bool:
    """Whether a content word is one of those."""
    return word not in RHETORIC and not word[0].isdigit()


def is_contraction(word: str) -> bool:
    """Whether a folded word is a function word run together with another: "we've", "doesn't", "let's"."""
    head, mark, tail = word.partition("'")
    return bool(mark) and (head in FUNCTION or tail in {"t", "ll", "ve", "re", "m", "d", "s"})
