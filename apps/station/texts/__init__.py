"""What the station says: Vietnamese first, English beside it. Buttons say what happens, errors what is safe and what to do.

A page is sent only its own words and those that several pages say. Words are divided as the screens are.
"""

from __future__ import annotations

from apps.station.texts import citizen, common, desk, figures, login, queue, signing, warnings
from apps.station.texts.keys import DESK_KEYS, SIGNING_KEYS

LANGUAGES = ("vi", "en")

_OWN = {
    "login": login.TEXTS,
    "desk": desk.TEXTS | warnings.TEXTS,
    "queue": queue.TEXTS,
    "sheet": queue.TEXTS,
    "citizen": citizen.TEXTS,
    "receipt": citizen.TEXTS,
    "manager": figures.TEXTS | queue.QUEUES,
    "sign": signing.TEXTS,
}
"""Page → what only it says, or it and its neighbour."""


def texts(language: str, page: str) -> dict[str, str]:
    """All texts of a page in a language; Vietnamese where it is none of ours."""
    place = 1 if language == "en" else 0
    return {key: pair[place] for key, pair in (common.TEXTS | _OWN.get(page, {})).items()}


def keys(language: str) -> list[tuple[str, str]]:
    """The keys of the desk, and what each does."""
    return _said(DESK_KEYS, language)


def signing_keys(language: str) -> list[tuple[str, str]]:
    """The keys of the page for signing."""
    return _said(SIGNING_KEYS, language)


def _said(all_keys: tuple[tuple[str, str, str], ...], language: str) -> list[tuple[str, str]]:
    return [(key, english if language == "en" else vietnamese) for key, vietnamese, english in all_keys]
