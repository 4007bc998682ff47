"""Each page is sent all the words that it says, in both languages."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from apps.station import pages
from apps.station.texts import LANGUAGES, texts

STATIC, TEMPLATES = pages.HERE / "static", pages.HERE / "templates"
PAGES = sorted(path.stem for path in TEMPLATES.glob("*.html") if path.stem != "base")
_IMPORTED = re.compile(r"""(?:from |import )"\./([\w-]+\.js)\"""")
_SAID = re.compile(r"""\bt\("(\w+)"\)""")
_CHOSEN = re.compile(r"""\bt\([^()]*\? "(\w+)" : "(\w+)"\)""")


def scripts(name: str, found: set[str]) -> set[str]:
    """The module and all that it imports."""
    if name not in found:
        found.add(name)
        for other in _IMPORTED.findall((STATIC / name).read_text("utf-8")):
            scripts(other, found)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_all_its_words(page: str) -> None:
    template = "".join((TEMPLATES / f"{name}.html").read_text("utf-8") for name in ("base", page))
    found: set[str] = set()
    for script in re.findall(r"/static/([\w-]+\.js)", template):
        scripts(script, found)
    code = "".join((STATIC / name).read_text("utf-8") for name in found)
    said = {*_SAID.findall(code), *re.findall(r"\bt\.(\w+)", template)}
    said |= {word for pair in _CHOSEN.findall(code) for word in pair}
    for language in LANGUAGES:
        assert said <= set(texts(language, page))


@pytest.mark.parametrize("page", PAGES)
def test_words_are_there_in_both_languages_and_normalized(page: str) -> None:
    vietnamese, english = (texts(language, page) for language in LANGUAGES)
    assert list(vietnamese) == list(english)
    for said in (*vietnamese.values(), *english.values()):
        assert said.strip() == said != ""
        assert unicodedata.is_normalized("NFC", said)


def test_no_words_are_left_over() -> None:
    """Every word is said somewhere, by its name or by a name that is put together."""
    sources = [*STATIC.glob("*.js"), *TEMPLATES.glob("*.html")]
    code = "".join(Path(path).read_text("utf-8") for path in sources)
    joined = tuple({*re.findall(r"`(\w+_)\$\{", code), *re.findall(r"\"(\w+_)\" (?:\+|~)", code)})
    every = {key for page in PAGES for key in texts("en", page)}
    assert {
        key for key in every if not re.search(rf"\b{key}\b", code) and not key.startswith(joined)
    } == set()
