"""The 54 ethnic groups (Decision 121-TCTK/PPCĐ of 1979) and nationalities, by every name that papers print."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz, process

from schemas.vietnamese import fold, nfc, spelling_key

ETHNIC_GROUPS = tuple(
    nfc(name)
    for name in (
        "Kinh|Tày|Thái|Hoa|Khơ-me|Mường|Nùng|Mông|Dao|Gia-rai|Ngái|Ê-đê|Ba-na|Xơ-đăng|Sán Chay|Cơ-ho|Chăm|Sán Dìu|Hrê"
        "|Mnông|Ra-glai|Xtiêng|Bru-Vân Kiều|Thổ|Giáy|Cơ-tu|Gié-Triêng|Mạ|Khơ-mú|Co|Tà-ôi|Chơ-ro|Kháng|Xinh-mun|Hà Nhì"
        "|Chu-ru|Lào|La Chí|La Ha|Phù Lá|La Hủ|Lự|Lô Lô|Chứt|Mảng|Pà Thẻn|Cơ Lao|Cống|Bố Y|Si La|Pu Péo|Brâu|Ơ-đu|Rơ-măm"
    ).split("|")
)

COUNTRIES = tuple(
    nfc(name)
    for name in (
        "Việt Nam|Trung Quốc|Đài Loan|Hàn Quốc|Triều Tiên|Nhật Bản|Lào|Campuchia|Thái Lan|Malaysia|Singapore|Indonesia"
        "|Philippines|Myanmar|Brunei|Đông Timor|Ấn Độ|Pakistan|Bangladesh|Sri Lanka|Nepal|Bhutan|Maldives|Afghanistan"
        "|Mông Cổ|Kazakhstan|Uzbekistan|Turkmenistan|Kyrgyzstan|Tajikistan|Iran|Iraq|Israel|Palestine|Jordan|Liban|Syria"
        "|Thổ Nhĩ Kỳ|Ả Rập Xê Út|Kuwait|Qatar|Bahrain|Oman|Yemen|Các Tiểu vương quốc Ả Rập Thống nhất|Gruzia|Armenia"
        "|Azerbaijan|Nga|Ukraina|Belarus|Moldova|Anh|Ireland|Pháp|Đức|Ý|Tây Ban Nha|Bồ Đào Nha|Hà Lan|Bỉ|Luxembourg"
        "|Thụy Sĩ|Áo|Thụy Điển|Na Uy|Đan Mạch|Phần Lan|Iceland|Ba Lan|Séc|Slovakia|Hungary|Romania|Bulgaria|Hy Lạp"
        "|Serbia|Croatia|Slovenia|Bosnia và Herzegovina|Montenegro|Bắc Macedonia|Albania|Estonia|Latvia|Litva|Malta|Síp"
        "|Monaco|Vatican|Hoa Kỳ|Canada|Mexico|Cuba|Jamaica|Haiti|Cộng hòa Dominica|Guatemala|Honduras|El Salvador"
        "|Nicaragua|Costa Rica|Panama|Brazil|Argentina|Chile|Peru|Colombia|Venezuela|Ecuador|Bolivia|Paraguay|Uruguay"
        "|Úc|New Zealand|Fiji|Papua New Guinea|Vanuatu|Ai Cập|Libya|Tunisia|Algeria|Maroc|Sudan|Ethiopia|Kenya|Tanzania"
        "|Uganda|Rwanda|Angola|Mozambique|Zambia|Zimbabwe|Nam Phi|Namibia|Botswana|Madagascar|Nigeria|Ghana|Senegal"
        "|Mali|Guinea|Bờ Biển Ngà|Cameroon|Congo|Gabon|Không quốc tịch"
    ).split("|")
)
"""Countries by their usual Vietnamese names; what is not among them is kept as printed, its check failed."""

#: Other names of the same countries and groups, as papers print them.
_OTHER_NAMES = {
    "my": "Hoa Kỳ",
    "hopchunghoaky": "Hoa Kỳ",
    "australia": "Úc",
    "otxtraylia": "Úc",
    "italia": "Ý",
    "anhquoc": "Anh",
    "vuongquocanh": "Anh",
    "lienbangnga": "Nga",
    "conghoaphap": "Pháp",
    "conghoalienbangduc": "Đức",
    "daihandanquoc": "Hàn Quốc",
    "trunghoa": "Trung Quốc",
    "trungquocdailoan": "Đài Loan",
    "dailoantrungquoc": "Đài Loan",
    "chdcndlao": "Lào",
    "bruney": "Brunei",
    "brunay": "Brunei",
    "dongtimo": "Đông Timor",
    "pakixtan": "Pakistan",
    "banglades": "Bangladesh",
    "bangladet": "Bangladesh",
    "xrilanca": "Sri Lanka",
    "nepan": "Nepal",
    "conghoasec": "Séc",
    "newzeland": "New Zealand",
    "niudilan": "New Zealand",
    "arapxeut": "Ả Rập Xê Út",
    "vietnamese": "Việt Nam",
    "caolan": "Sán Chay",
    "sanchi": "Sán Chay",
    "vankieu": "Bru-Vân Kiều",
    "bruvankieu": "Bru-Vân Kiều",
    "paco": "Tà-ôi",
    "cor": "Co",
    "kor": "Co",
    "cadong": "Xơ-đăng",
    "sedang": "Xơ-đăng",
    "xedang": "Xơ-đăng",
    "khmer": "Khơ-me",
    "khome": "Khơ-me",
    "ede": "Ê-đê",
    "rade": "Ê-đê",
    "jrai": "Gia-rai",
    "bahnar": "Ba-na",
    "stieng": "Xtiêng",
    "katu": "Cơ-tu",
    "kho": "Cơ-ho",
    "koho": "Cơ-ho",
    "hmong": "Mông",
    "meo": "Mông",
    "viet": "Kinh",
}


@cache
def _folded(names: tuple[str, ...]) -> dict[str, str]:
    return {name: re.sub(r"[^a-z]", "", fold(name)) for name in names}


def _nearest(text: str, names: tuple[str, ...], cutoff: float) -> tuple[str, float] | None:
    bare = re.sub(r"[^a-z]", "", fold(text))
    if not bare:
        return None
    exact = [name for name in names if spelling_key(name) == spelling_key(text)]
    if exact:
        return exact[0], 1.0
    if (other := _OTHER_NAMES.get(bare)) and nfc(other) in names:
        return nfc(other), 1.0
    best = process.extract(bare, _folded(names), scorer=fuzz.ratio, score_cutoff=cutoff, limit=2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][2], best[0][1] / 100


def find_ethnicity(text: str) -> tuple[str, float] | None:
    """The ethnic group and how alike it is (0–1): ``H'Mông`` and ``H'rê`` too; None where it is none.

    >>> find_ethnicity("Kinh."), find_ethnicity("Hre")
    (('Kinh', 1.0), ('Hrê', 1.0))
    """
    plain = text.strip(" .,;:")
    return _nearest(plain, ETHNIC_GROUPS, 70)


def find_nationality(text: str) -> tuple[str, float] | None:
    """The country and how alike it is (0–1); None where it is none.

    >>> find_nationality("Viet Nam"), find_nationality("VIỆT NAM")
    (('Việt Nam', 1.0), ('Việt Nam', 1.0))
    """
    return _nearest(text.strip(" .,;:"), COUNTRIES, 80)
