"""What lines say: law text, syllables without sense, names, numbers, dates, codes, labels, foreign words.

Most lines are what papers say. A few are there so that a network looks at the letters and does not only guess them from their
neighbours: syllables at random, a syllable with another tone, codes of letters and digits. With more of these (one line in
seven) tones were read worse on real scans, since a speck below a letter then was as likely a mark as dirt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from pipeline.language.names import family_names, given_names
from schemas.vietnamese import fold, nfc

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LABELS = (
    "Họ và tên: {name}|Họ, chữ đệm, tên: {name}|Ngày, tháng, năm sinh: {date}|Giới tính: Nam|Giới tính: Nữ|Dân tộc: Kinh|"
    "Quốc tịch: Việt Nam|Số định danh cá nhân: {id}|Số CCCD: {id}|Nơi cấp: Cục Cảnh sát QLHC về TTXH|Ngày cấp: {date}|"
    "Điện thoại: {phone}|Email: {email}|Mã số thuế: {tax}|Mã số doanh nghiệp: {tax}|Số: {number}|V/v {law}|"
    "Kính gửi: {law}|Nơi nhận:|- Như trên;|- Lưu: VT, {code}.|Căn cứ {law}|Điều {small}. {law}|{small}. {law}|{letter}) {law}|"
    "- {law}|+ {law}|{roman}. {upper}|{place}, ngày {day} tháng {month} năm {year}|KT. CHỦ TỊCH|PHÓ CHỦ TỊCH|TM. ỦY BAN NHÂN DÂN|"
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập - Tự do - Hạnh phúc|ỦY BAN NHÂN DÂN|Vốn điều lệ: {money} đồng|{money} đồng|"
    "Số tiền bằng chữ: {law}|Diện tích: {area} m²|Thửa đất số: {small}, tờ bản đồ số: {small}|Tỷ lệ: {percent}%|{percent} %|"
    'TL. {upper}|Q. {upper}|Số hồ sơ: {dossier}|Lần {small}: {date}|{time}, ngày {date}|{hours}|Từ {hours} đến {hours}|({law})|“{law}”|"{law}"|'
    "Trang {small}/{small}|QCVN {small}:{year}/BTNMT|TCVN {small}-{small}:{year}|ISO {small}:{year}|{small}°C|≥ {percent}|"
    "{mrz}|{mrz}|{mrz}|Số / No.: {id}|Họ và tên / Full name: {upper_name}|Ngày sinh / Date of birth: {date}|Giới tính / Sex: Nam|"
    "Quốc tịch / Nationality: Việt Nam|Quê quán / Place of origin: {place}|Nơi thường trú / Place of residence: {place}|"
    "Có giá trị đến: {date}|Date of expiry: {date}|Citizen Identity Card|CĂN CƯỚC CÔNG DÂN|Đặc điểm nhận dạng / Personal identification|"
    "SOCIALIST REPUBLIC OF VIET NAM|Independence - Freedom - Happiness|Ngón trỏ trái / Left index finger|Ngón trỏ phải / Right index finger|"
    "từ {small} – {small}|{year}–{year}|§ {small}|N° {small}|№ {small}|{area} m³|≤ {small}|± {small}|{small} × {small}|l’{foreign}|‘{law}’|{url}|{foreign}|{name}|{upper_name}|{name} – {name}|{id}|{number}"
).split("|")
_FOREIGN = (
    "the of and certificate company limited joint stock trading service import export Ltd Co. JSC Corporation number date "
    "address telephone fax email website VIETNAM SOCIALIST REPUBLIC Independence Freedom Happiness full name nationality "
    "passport permit license university school hospital John Smith Michael Anna Maria Schmidt Müller François Zürich Kim Park "
    "Wang Li Tanaka Suzuki Windows Word PDF Online Microsoft GmbH Inc. World Bank Samsung Display Electronics Ford Jazz quality"
).split()
_BEFORE = ("- ", "- ", "- ", "+ ", "a) ", "b) ", "1. ", "2. ", "I. ", "(1) ", "* ")
_AFTER = (";", ";", ";", ";", ",", ",", ".", ".", ":", "./.", "./.", "…", "’", "”", ");")
"""What lines begin and end with, more often than chance would have it: small signs at the edges are easily lost."""

_PLACES = (
    "Hà Nội",
    "Huế",
    "Đà Nẵng",
    "Cần Thơ",
    "Đồng Tháp",
    "Lâm Đồng",
    "Quảng Trị",
    "Bắc Ninh",
    "TP. Hồ Chí Minh",
    "Nghệ An",
)
_ORGANS = "UBND HĐND SGDĐT BTP BNV VPCP TTg CP STC SKHĐT ĐKKD BTC BYT BGDĐT SXD SNV PC TH NC KSTT QLVBĐH TCHC CCVC".split()
_KINDS = "QĐ NQ CV TB BC TTr KH GM BB HD CT NĐ TT QC GP GCN PL".split()


@dataclass(frozen=True, slots=True)
class Texts:
    """Where texts come from: lines of law text, and syllables with the running sum of their counts."""

    lines: tuple[str, ...]
    syllables: tuple[str, ...]
    sums: tuple[float, ...]


def load_texts(lines: Path, syllables: Path, *, judging: bool = False) -> Texts:
    """Texts from a file of lines and one of syllables and counts; every fiftieth line is kept for ``judging``."""
    kept = (
        nfc(line)
        for number, line in enumerate(lines.read_text("utf-8").splitlines())
        if (number % 50 == 49) == judging
    )
    rows = (row.split("\t") for row in syllables.read_text("utf-8").splitlines() if not row.startswith("#"))
    counts = {nfc(row[0]): float(row[1]) ** 0.6 for row in rows if len(row) > 1 and row[1].isdigit()}
    return Texts(tuple(kept), tuple(counts), tuple(accumulate(counts.values())))


def draw_text(rng: Random, texts: Texts, most: int = 90) -> str:
    """The text of one line, NFC, about ``most`` characters or fewer, words parted by single blanks."""
    wanted = most if rng.random() < 0.65 else rng.randint(3, most)
    text = rng.choice(_BEFORE) + _piece(rng, texts) if rng.random() < 0.15 else _piece(rng, texts)
    while len(text) < wanted and rng.random() < 0.93:
        text += rng.choice(("", "", "", ",", ";", ":", ".", " -", " –")) + " " + _piece(rng, texts)
    text = _cased(rng, text)
    text = _cut(" ".join(nfc(text).split()), wanted)
    return text.rstrip(",;:.") + rng.choice(_AFTER) if rng.random() < 0.2 else text


def _piece(rng: Random, texts: Texts) -> str:
    kind = rng.random()
    if kind < 0.62:
        return _law(rng, texts)
    if kind < 0.66:
        return " ".join(rng.choices(texts.syllables, cum_weights=texts.sums, k=rng.randint(1, 12)))
    if kind < 0.67:
        return " ".join(_other_tone(rng, word) for word in _law(rng, texts).split())
    return _label(rng, texts)


def _cut(text: str, most: int) -> str:
    words, length = list[str](), 0
    for word in text.split():
        length += len(word) + 1
        if words and length > most:
            break
        words.append(word)
    return " ".join(words)[: 2 * most]


def _law(rng: Random, texts: Texts) -> str:
    words = rng.choice(texts.lines).split()
    start = 0 if rng.random() < 0.35 else rng.randrange(len(words))
    return " ".join(words[start : start + rng.randint(1, 18)])


def _other_tone(rng: Random, word: str) -> str:
    """The word with another tone now and then, as no language model would have it."""
    if rng.random() > 0.4:
        return word
    places = [n for n, letter in enumerate(word) if letter.lower() in "aăâeêioôơuưy"]
    if not places:
        return word
    place = rng.choice(places)
    return nfc(word[: place + 1] + rng.choice(_TONES) + word[place + 1 :])


def _cased(rng: Random, text: str) -> str:
    chance = rng.random()
    if chance < 0.17:
        return text.upper()
    if chance < 0.23:
        return " ".join(word[:1].upper() + word[1:] for word in text.split())
    return text


def _label(rng: Random, texts: Texts) -> str:
    form = rng.choice(_LABELS)
    return re.sub(r"\{(\w+)\}", lambda found: _PARTS[found[1]](rng, texts), form)


def _name(rng: Random) -> str:
    family = rng.choice(_FAMILY)
    return " ".join([family, *rng.choices(_GIVEN, k=rng.randint(1, 3))])


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def _date(rng: Random) -> str:
    day, month, year = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1930, 2035)
    mark = rng.choice("//-.")
    return (
        f"{day:02}{mark}{month:02}{mark}{year}" if rng.random() < 0.8 else f"{day}{mark}{month}{mark}{year}"
    )


def _number(rng: Random) -> str:
    tail = "-".join(rng.sample(_ORGANS, rng.randint(1, 2)))
    year = f"/{rng.randint(1990, 2035)}" if rng.random() < 0.4 else ""
    return f"{rng.randint(1, 9999)}{rng.choice(['', '', '', 'A', 'B'])}{year}/{rng.choice(_KINDS)}-{tail}"


def _code(rng: Random) -> str:
    return "".join(rng.choices("ABCDEFGHIKLMNOPQRSTUVXYZĐ0123456789", k=rng.randint(2, 9)))


def _mrz(rng: Random) -> str:
    """A line of the machine-readable zone of a card (ICAO 9303, TD1: 30 signs)."""
    form = rng.randrange(3)
    if form == 0:
        return f"IDVNM{_digits(rng, 10)}{_digits(rng, 12)}<<{_digits(rng, 1)}"
    if form == 1:
        return f"{_digits(rng, 7)}{rng.choice('MF')}{_digits(rng, 7)}VNM{'<' * 11}{_digits(rng, 1)}"
    family, *given = fold(_name(rng)).upper().split()
    return f"{family}<<{'<'.join(given)}"[:30].ljust(30, "<")


def _money(rng: Random) -> str:
    return f"{rng.randint(1, 10 ** rng.randint(3, 11)):,}".replace(",", rng.choice(".,"))


_FAMILY, _GIVEN = (sorted(names) for names in (family_names(), given_names()))

_PARTS: dict[str, Callable[[Random, Texts], str]] = {
    "law": _law,
    "upper": lambda rng, texts: _law(rng, texts).upper(),
    "name": lambda rng, _: _name(rng),
    "upper_name": lambda rng, _: _name(rng).upper(),
    "date": lambda rng, _: _date(rng),
    "day": lambda rng, _: f"{rng.randint(1, 31):02}",
    "month": lambda rng, _: str(rng.randint(1, 12)),
    "year": lambda rng, _: str(rng.randint(1945, 2035)),
    "id": lambda rng, _: _digits(rng, rng.choice((9, 12, 12))),
    "phone": lambda rng, _: f"0{_digits(rng, 3)}.{_digits(rng, 3)}.{_digits(rng, 3)}",
    "mrz": lambda rng, _: _mrz(rng),
    "email": lambda rng, _: f"{_code(rng).lower()}@{rng.choice(['gmail.com', 'moj.gov.vn', 'hue.gov.vn'])}",
    "url": lambda rng, _: f"https://{_code(rng).lower()}.gov.vn/{_code(rng).lower()}",
    "tax": lambda rng, _: _digits(rng, 10) + rng.choice(["", f"-{_digits(rng, 3)}"]),
    "number": lambda rng, _: _number(rng),
    "code": lambda rng, _: rng.choice([*_ORGANS, _code(rng)]),
    "small": lambda rng, _: str(rng.randint(1, rng.choice((9, 30, 400)))),
    "letter": lambda rng, _: rng.choice("abcdđeghiklmnopq"),
    "roman": lambda rng, _: rng.choice("I II III IV V VI VII VIII IX X".split()),
    "place": lambda rng, _: rng.choice(_PLACES),
    "money": lambda rng, _: _money(rng),
    "area": lambda rng, _: f"{rng.randint(10, 9999)},{rng.randint(0, 9)}",
    "percent": lambda rng, _: f"{rng.randint(0, 100)},{rng.randint(0, 99)}",
    "dossier": lambda rng, _: (
        f"000.00.{_digits(rng, 2)}.H{_digits(rng, 2)}-{_digits(rng, 6)}-{_digits(rng, 4)}"
    ),
    "time": lambda rng, _: f"{rng.randint(0, 23)} giờ {rng.randint(0, 59):02}",
    "hours": lambda rng, _: (
        f"{rng.randint(0, 23)}{rng.choice('gh')}{rng.choice(('00', '15', '30', '45'))}{rng.choice(('', '’'))}"
    ),
    "foreign": lambda rng, _: " ".join(rng.choices(_FOREIGN, k=rng.randint(1, 7))),
}
