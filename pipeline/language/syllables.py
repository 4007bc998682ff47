"""Which strings are possible Vietnamese syllables: onset, rime and tone (Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*, 1977)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}

_ONSETS = "ngh ng nh gh gi kh ph th tr ch qu b c d đ g h k l m n p r s t v x".split()

_RIMES = frozenset(
    """a e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iu oa oe oi ôi ơi ua ui ưa ưi ưu uê uy uơ oai oay oao oeo uây uôi
    ươi ươu iêu yêu uya uyu uêu uao am an ang anh ap at ac ach ăm ăn ăng ăp ăt ăc âm ân âng âp ât âc em en eng ep et ec
    êm ên ênh êp êt êch im in inh ip it ich om on ong op ot oc oong ooc ôm ôn ông ôp ôt ôc ơm ơn ơp ơt um un ung up ut uc
    ưm ưn ưng ưt ưc iêm iên iêng iêp iêt iêc yêm yên yêng yêt uôm uôn uông uôt uôc ươm ươn ương ươp ươt ươc oam oan oang
    oanh oap oat oac oach oăm oăn oăng oăt oăc oen oet uân uâng uât uênh uêch uynh uych uyt uyp uyên uyêt uyn ynh ych yt
    yn""".split()
)
_AFTER_QU = frozenset(
    """a e ê i ơ y ai ao au ay âu ây eo êu ia an ang anh ap at ac ach ăm ăn ăng ăp ăt ăc ân âng ât en et ên ênh ôc êt êch in
    inh it ich iu ơi ơn ơt yên yêt ynh ych yt ynh yu ua uy""".split()
)
_STOPPED = ("p", "t", "c", "ch")


@lru_cache(maxsize=20_000)
def is_syllable(text: str) -> bool:
    """Whether ``text`` (any case, NFC) is a syllable that Vietnamese allows; the empty string is not."""
    bare, tones = _take_tone(text.lower())
    if tones > 1 or not bare:
        return False
    for onset in ("", *_ONSETS):
        if bare.startswith(onset) and _is_rime(onset, bare[len(onset) :], text):
            return True
    return False


def _is_rime(onset: str, rime: str, text: str) -> bool:
    allowed = _AFTER_QU if onset == "qu" else _RIMES
    if onset == "gi" and (rime == "" or "i" + rime in _RIMES):
        return True
    if rime not in allowed:
        return False
    if rime.endswith(_STOPPED):
        return bool(_tone(text) & {"sắc", "nặng"})
    return True


def _tone(text: str) -> set[str]:
    return {_TONES[c] for c in unicodedata.normalize("NFD", text) if c in _TONES}


def _take_tone(text: str) -> tuple[str, int]:
    """The text without its tone mark but with the marks of its vowels, and how many tone marks it had."""
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", kept), len(decomposed) - len(kept)
