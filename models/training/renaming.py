"""Renaming of states: other names for them, the same in both texts of a pair, so that who speaks of whom is no cue.

Pairs of real speech come from states in dispute, and their clashes more often than their agreements; a classifier that
sees the names learns "Russia and the United States oppose" instead of reading. Peoples follow their states.
"""

from __future__ import annotations

import random
import re

from models.training.examples import Example

STATES = [
    tuple(form.replace("_", " ") for form in line.split())
    for line in """
    Russia Russian Russians; United_States American Americans; America American Americans; Soviet_Union Soviet Soviets
    China Chinese Chinese; Ukraine Ukrainian Ukrainians; Israel Israeli Israelis; Palestine Palestinian Palestinians
    Syria Syrian Syrians; Iran Iranian Iranians; Iraq Iraqi Iraqis; Lebanon Lebanese Lebanese; Egypt Egyptian Egyptians
    Jordan Jordanian Jordanians; Saudi_Arabia Saudi Saudis; Kuwait Kuwaiti Kuwaitis; Turkey Turkish Turks
    Cyprus Cypriot Cypriots; Greece Greek Greeks; Armenia Armenian Armenians; Azerbaijan Azerbaijani Azerbaijanis
    Georgia Georgian Georgians; Serbia Serbian Serbs; Albania Albanian Albanians; Kosovo Kosovar Kosovars
    India Indian Indians; Pakistan Pakistani Pakistanis; Afghanistan Afghan Afghans; Japan Japanese Japanese
    Viet_Nam Vietnamese Vietnamese; Vietnam Vietnamese Vietnamese; Kampuchea Kampuchean Kampucheans
    Cambodia Cambodian Cambodians; Cuba Cuban Cubans; Venezuela Venezuelan Venezuelans; Guyana Guyanese Guyanese
    Colombia Colombian Colombians; Nicaragua Nicaraguan Nicaraguans; Guatemala Guatemalan Guatemalans
    Argentina Argentine Argentines; Britain British Britons; France French French; Germany German Germans
    Portugal Portuguese Portuguese; Spain Spanish Spaniards; Poland Polish Poles; Belarus Belarusian Belarusians
    Lithuania Lithuanian Lithuanians; Latvia Latvian Latvians; Estonia Estonian Estonians; Canada Canadian Canadians
    Ethiopia Ethiopian Ethiopians; Eritrea Eritrean Eritreans; Somalia Somali Somalis; Sudan Sudanese Sudanese
    Rwanda Rwandan Rwandans; Congo Congolese Congolese; Angola Angolan Angolans; Zambia Zambian Zambians
    Zimbabwe Zimbabwean Zimbabweans; Morocco Moroccan Moroccans; Algeria Algerian Algerians; Libya Libyan Libyans
    Chad Chadian Chadians; Indonesia Indonesian Indonesians; Malaysia Malaysian Malaysians
    Australia Australian Australians; Ecuador Ecuadorian Ecuadorians; Peru Peruvian Peruvians
    Chile Chilean Chileans; Bolivia Bolivian Bolivians
    """.replace("\n", ";").split(";")
    if line.strip()
]
_KNOWN = {form: (at, kind) for at, forms in reversed(list(enumerate(STATES))) for kind, form in enumerate(forms)}
_NAME = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _KNOWN), key=len, reverse=True))})\b")


def renamed(example: Example, draw: random.Random) -> Example:
    """The example with each state that it names given another's name, drawn by chance, in both texts."""
    named = sorted({_KNOWN[match][0] for text in (example.first, example.second) for match in _NAME.findall(text)})
    if not named:
        return example
    new = dict(zip(named, draw.sample(range(len(STATES)), len(named)), strict=True))

    def other(match: re.Match[str]) -> str:
        state, kind = _KNOWN[match[0]]
        return STATES[new[state]][kind]

    return Example(_NAME.sub(other, example.first), _NAME.sub(other, example.second), example.target, example.source)
