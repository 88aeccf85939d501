"""Demonym: a country and its people, which are one thing under two words."""

from __future__ import annotations

import re

_ENDING = re.compile(r"(?<=\w{4})(?:ians?|ans?|ia|ese|a|e)$")  # the ending in which most countries and peoples differ


def stem(word: str) -> str:
    """What a name has in common with that of its people, where the two differ by an ending: "Ukraine", "Ukrainians"."""
    return _ENDING.sub("", word)


def country(printed: str) -> str | None:
    """The country's stem, for a people or an abbreviation that differs from it by more than an ending."""
    return _IRREGULAR.get(printed)


_IRREGULAR = {
    name: stem(country.lower())
    for country, names in {
        "America": "US USA U.S. U.S.A.",
        "Britain": "British UK U.K. England English",
        "France": "French",
        "Germany": "German Germans",
        "Ireland": "Irish",
        "Greece": "Greek Greeks",
        "Netherlands": "Dutch",
        "Poland": "Polish Poles",
        "Spain": "Spanish",
        "Sweden": "Swedish Swedes",
        "Turkey": "Turkish Turks Türkiye",
        "Thailand": "Thai",
        "Denmark": "Danish Danes",
        "Finland": "Finnish Finns",
        "Norway": "Norwegian Norwegians",
        "Iraq": "Iraqi Iraqis",
        "Israel": "Israeli Israelis",
        "Pakistan": "Pakistani Pakistanis",
        "Palestine": "Palestinian Palestinians",
        "Afghanistan": "Afghan Afghans",
        "Kuwait": "Kuwaiti Kuwaitis",
        "Yemen": "Yemeni Yemenis",
        "Azerbaijan": "Azeri Azeris Azerbaijani Azerbaijanis",
        "Switzerland": "Swiss",
        "Chile": "Chilean Chileans",
        "Cuba": "Cuban Cubans",
        "Hungary": "Hungarian Hungarians",
        "Italy": "Italian Italians",
        "Mexico": "Mexican Mexicans",
        "Portugal": "Portuguese",
    }.items()
    for name in names.split()
}
