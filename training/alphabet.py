"""The signs that our networks tell apart: those of Tesseract's Vietnamese models, and what these papers print besides."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.ocr.lstm.packed import ADDED


def extended(signs: Sequence[str]) -> tuple[str, ...]:
    """The signs of a model with the added ones behind."""
    return (*signs, *(sign for sign in ADDED if sign not in signs))


def encode(text: str, places: dict[str, int]) -> list[int] | None:
    """The classes of a text's letters; None where it holds one that the network does not know."""
    found = [places.get(letter) for letter in text]
    return None if None in found else [place for place in found if place is not None]


def places_of(signs: Sequence[str]) -> dict[str, int]:
    """The class of each sign."""
    return {sign: place for place, sign in enumerate(signs) if sign}


def decode(best: Sequence[int], signs: Sequence[str], null: int) -> str:
    """The text of a line from the likeliest class of each frame: runs become one sign, the null none."""
    letters = list[str]()
    before = null
    for place in best:
        if place not in (before, null):
            letters.append(signs[place])
        before = place
    return " ".join("".join(letters).split())
