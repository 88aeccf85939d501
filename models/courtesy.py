"""Courtesy: greetings, thanks, procedure, fragments and what is too long, which are context but nothing to compare."""

from __future__ import annotations

import re

from models.length import is_long
from models.words import content_words, is_topic_word

MIN_CONTENT_WORDS = 3  # with fewer, a sentence leans on its neighbours: "That's not just our concern."

# What may stand before a courtesy without making it anything else: "So, once again, Mr. President, I would like to ..."
_LEAD_IN = r"""
    (?: (?: well|so|and|but|now|again|also|first(?:\ of\ all)?|finally|okay|ok|yes|yeah|no|oh|please|today|once\ again
          | in\ conclusion|to\ (?:begin|conclude)|with\ that|having\ said\ (?:all\ )?that|at\ the\ outset
          | mr\.?|mrs\.?|ms\.?|madam|president|prime\ minister|secretary|vice|chancellor|chair(?:man|person)?
          | your\ excellency|sir
          | let\ me|may\ i|allow\ me\ to|permit\ me\ to
          | i|we|(?:i|we)[’'](?:d|ll)|would|should|will
          | want\ to|wish\ to|like\ to|just|simply|very|really|so\ much|all
          | join\ (?:others|you|everyone|previous\ speakers)\ in
        ) [\s,;:—–-]+ )*
"""
_STARTS_WITH = re.compile(
    rf"""^{_LEAD_IN} (?:
      thank(?:s|ing)?\b | grateful\b | gratitude\b | congratulat
    | welcome\b
      (?=[\s,.!]*$|[,.!]|\ (?:back|to|everyone|everybody|all|you|ladies|mr|mrs|ms|president|prime|secretary)\b)
    | greet\b | bid\ (?:you\ )?farewell
    | (?:it[’']s|it\ (?:is|was|has\ been)|it[’']s\ been|what) \ (?:\w+\ ){{0,3}}?
      (?:good|great|nice|wonderful|pleasure|honou?r|privilege|delight)\b
      (?:\ for\ me|\ indeed)?,?\ (?:to|that|being|seeing|having)\b
    | (?:i[’']m|i\ am|we[’']re|we\ are|am|are) \ (?:\w+\ ){{0,2}}?
      (?:pleased|delighted|glad|honou?red|happy|grateful|thankful|privileged|looking\ forward)\b
    | good\ (?:morning|afternoon|evening|night|day|to\ see)\b | hello\b | hi\b | dear\b | ladies\ and\ gentlemen
    | (?:very\ much\ )?look(?:ing)?\ forward\b
    | (?:express|extend|convey|offer)\ (?:\w+\ ){{0,4}}?
      (?:thanks|gratitude|appreciation|congratulations|condolences|sympath|greetings|wishes)
    | (?:be\ seated|have\ a\ seat|sit\ down|go\ ahead|join\ me\ in
      |bear\ with\ me|excuse\ me|forgive\ me|god\ bless|goodbye|see\ you)\b
    | (?:let[’']s|let\ us)\ (?:get\ (?:down|to|started|going)|go\b|begin|start|turn|move\ on|see)
    | (?:now\ )?(?:turn|hand|yield|pass)\b[^.]{{0,40}}\b(?:over|back|floor)\b
    | (?:the\ )?(?:next|last|one\ more|another|first|final)\ question\b | over\ to\ you
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ANYWHERE = re.compile(
    r"""
      \bthank(?:s|\ you)(?:\ (?:so|very)\ much|\ again|\ all)?\b | \bgood\ (?:morning|afternoon|evening)\b
    | \bladies\ and\ gentlemen\b
    | \b(?:it[’']s|it\ is)\ (?:always\ )?(?:good|great|nice)\ to\ (?:be\ with|see|have)\ you\b
    | \blet[’']s\ get\ down\ to\ work\b | [(\[][^)\]]{0,60}[)\]]
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_comparable(sentence: str) -> bool:
    """Whether a sentence says enough of its own to be set against another: no courtesy, no procedure, no fragment.

    Nor one that is too long to be read closely.
    """
    if is_long(sentence):
        return False
    flat = " ".join(sentence.split())
    if _STARTS_WITH.match(flat):
        return False
    content = content_words(_ANYWHERE.sub(" ", flat))
    return len(content) >= MIN_CONTENT_WORDS and any(map(is_topic_word, content))
