"""Names of persons and their sex."""

from __future__ import annotations

import re
from functools import cache

from pipeline.language.names import family_names
from pipeline.normalize.channel import match
from schemas.vietnamese import fold, match_case, nfc, spelling_key

#: Family names of nearly all Vietnamese; what is near to one of them but for its tone is a fault of reading.
FAMILY_NAMES = tuple(
    nfc(name)
    for name in (
        "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Vương|Trịnh|Trương|Đinh|Lâm|Phùng"
        "|Mai|Tô|Tạ|Hà|Cao|Châu|Thái|Tăng|Quách|La|Lưu|Lương|Chu|Thạch|Triệu|Tôn|Tống|Từ|Văn|Vi|Viên|Quan|Ông"
        "|Nông|Nghiêm|Ma|Mã|Mạc|Lò|Lường|Lục|Lữ|La|Khương|Khổng|Khuất|Kiều|Hứa|Hầu|Giang|Giáp|Diệp|Doãn|Đồng|Đàm|Đậu|Điểu"
        "|Danh|Cù|Cầm|Cát|Chử|Bạch|Bành|Bế|Biện|Âu|An|Ân|Sầm|Thân|Tiêu|Tòng|Tòng|Trà|Trình|Ung|Uông|Vàng|Giàng|Sùng"
        "|Thào|Hờ|Lầu|Mùa|Hạ|Hạng|Vừ|Lý|Quàng|Lù|Tẩn|Chảo|Phàn|Phó|Phú|Phi|Nhan|Nhâm|Ninh|Mẫn|Mạch|Lã|Lại|Lỗ|Lộc|Kha|Hàn"
        "|Hàng|Đường|Đới|Đỗng|Dư|Cung|Cổ|Chung|Chương|Bàn|Bàng|Y|H|Rơ|Siu|Ksor|Nay|Kpă|Ka|K|Alăng|Bh|Hồ|Pơloong|Zơ|Đinh"
    ).split("|")
)

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ph|th|tr|ch|gh|gi|kh|qu|[bcdghklmnprstvxzwjf])?"
    r"(?:uye|uya|uyu|yeu|ieu|oai|oay|oao|oeo|uoi|uou|uay|uya|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy"
    r"|ye|a|e|i|o|u|y)(?:ng|nh|ch|[cmnptk])?",
    re.IGNORECASE,
)
#: Words that are middle names as often as a family name without its tone: they are never made one.
_MIDDLE = frozenset(
    spelling_key(word)
    for word in "Đình Bá Hữu Văn Thị Xuân Quang Thanh Minh Đức Anh Hồng Ngọc Thế Trọng".split()
)
_LETTER_FOR_DIGIT = str.maketrans("015", "OIS")


def find_sex(text: str) -> str | None:
    """``Nam`` or ``Nữ``; None where neither, or both (``Nam/Nữ`` not struck out).

    >>> find_sex("Nũ"), find_sex(": nam"), find_sex("Nam, nữ")
    ('Nữ', 'Nam', None)
    """
    words = {fold(word) for word in re.findall(r"[^\W\d_]+", text)}
    male, female = bool(words & {"nam", "nani", "narn"}), bool(words & {"nu", "nir"})
    if male == female:
        return None
    return "Nam" if male else "Nữ"


def repair_name(text: str) -> str:
    """A person's name with stray signs dropped, digits made letters and a known family name's marks put back.

    >>> repair_name("NGUYÊN VĂN AN."), repair_name("Tràn Thị 0anh,")
    ('NGUYỄN VĂN AN', 'Trần Thị Oanh')
    >>> repair_name("PHạm Xuân Thắng"), repair_name("Đinh Thi Kim Yến"), repair_name("Lê Thi")
    ('Phạm Xuân Thắng', 'Đinh Thị Kim Yến', 'Lê Thi')
    """
    words = []
    plain = re.sub(r"(?<=[^\W\d_]{2})[.,;:'’/](?=[^\W\d_]{2})", " ", nfc(text).replace("Ð", "Đ"))
    for word in plain.split():
        bare = word.strip(".,;:|_-–—·…\"'*~^`()[]<>{}=+/\\°¡†")
        if any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare):
            bare = match_case(bare.translate(_LETTER_FOR_DIGIT), bare)
        if len(bare) > 2 and bare[:2].isupper() and bare[2:].islower():
            bare = bare.capitalize()  # a small letter under the seal's rim
        if bare:
            words.append(bare)
    while len(words) > 2 and words[-1].islower() and len(words[-1]) < 3:
        words.pop()
    if len(words) > 1 and (family := _family(words[0], words[1])):
        words[0] = match_case(family, words[0])
    if len(words) > 2 and is_family_name(words[0]):
        words[1:] = [_given(word, last=at == len(words) - 2) for at, word in enumerate(words[1:])]
        if words[1].lower() == "thi":
            words[1] = match_case("Thị", words[1])  # a dot is lost more often than people are called so
    return " ".join(words)


def without_address(text: str) -> str:
    """A name without the *Ông* or *Bà* before its family name (*Cấp cho: Bà Hà Thị Liên*).

    >>> [without_address(text) for text in ("Bà Hà Thị Liên", "Ông (Bà): Lê An", "Ông Văn Tuấn", "ông Mấu Tự")]
    ['Hà Thị Liên', 'Lê An', 'Ông Văn Tuấn', 'Mấu Tự']
    """
    found = _ADDRESSED.match(text)
    if found is None:
        return text
    rest = text[found.end() :].split()
    named = len(rest) > 1 and (is_family_name(rest[0]) or not found["large"])
    return " ".join(rest) if named else text


_ADDRESSED = re.compile(r"\W*(?:(?:(?P<large>Ông|Bà)|ông|bà)\b\W*)+")


def name_alone(text: str) -> str:
    """A name without the end of its label before it and what a form says of the person behind it.

    >>> name_alone("LÝ MÙI GHẾN, sinh năm: 1963"), name_alone("hoặc tên đại diện hộ gia đình: DANH THỊ SA")
    ('LÝ MÙI GHẾN', 'DANH THỊ SA')
    >>> [name_alone(text) for text in ("ĐÀNG THỊ LỆ 2. Tên gọi khác: Không", "SIU BLƠH và vợ KPĂ H'PLEO", "Lê An, 24 tuổi")]
    ['ĐÀNG THỊ LỆ', 'SIU BLƠH', 'Lê An']
    """
    label, colon, name = text.partition(":")
    return _SAID_OF.sub("", name.strip() if colon and label.islower() else text)


_SAID_OF = re.compile(
    r"\s*[,;]?\s+\d{1,3}\s+tuổi\b.*$|\s+\d{1,2}\s?[.)]\s.*$|\s+và\s+(?:vợ|chồng|ông|bà)\b.*$|\s*[,;.]?\s+(?:sinh|năm sinh|ngày sinh|[Gg]iới(?:\s+tính)?(?=\s|:|$)|dân tộc|quốc tịch|(?:số )?(?:CMND|CCCD|định danh))\b.*$"
)


def _given(word: str, *, last: bool) -> str:
    """A middle or given name that is none as read, where one name alone has its letters: *DIÊM* → *DIỄM*."""
    bare = word.lower()
    if last and bare == nfc("văn"):
        return match_case("Vân", word)  # a middle name never ends one
    if not last and bare in {"th", "thl", "thj", "tht", "thi."}:
        return match_case("Thị", word)
    if word[:1] in "Qq" and bare[1:2] in {"ư", "ừ", "ứ", "ử", "ự"}:
        word, bare = word[0] + match_case("u", word) + word[2:], f"qu{bare[2:]}"
    if is_given_name(bare) or is_family_name(word) or not bare.isalpha():
        return word
    if not last and fold(bare) == "van":
        return match_case("Văn", word)
    same = [name for name in _GIVEN if fold(name) == fold(bare)]
    return match_case(same[0].capitalize(), word) if len(same) == 1 else word


def _family(word: str, after: str) -> str | None:
    """The family name that ``word`` is but for lost marks or a wrong letter; None where it is one, or several could be.

    Before *Thị* and *Văn* stands a family name, though it read like a middle one.
    """
    if is_family_name(word) or word.capitalize() in family_names():
        return None
    opens = after.lower() in {nfc("thị"), nfc("văn")}
    if not opens and spelling_key(word) in _MIDDLE:
        return None
    same = [name for name in FAMILY_NAMES if fold(name) == fold(word) and name in family_names()]
    if same:
        return same[0]  # the commonest
    if word[0] in "Ww" and (others := [name for name in FAMILY_NAMES if fold(name) == f"v{fold(word)[1:]}"]):
        return others[0]
    near = None if is_given_name(word) else match(word, _families, torn=False)
    return near.phrase.capitalize() if near else None


@cache
def _families() -> dict[str, float]:
    """Family names in capitals and their shares."""
    return {name.upper(): share for name, share in family_names().items()}


#: Syllables that given and middle names are made of.
_GIVEN = frozenset(
    nfc(word)
    for word in (
        "an|anh|ánh|ân|ái|bảo|bách|bạch|bằng|bắc|bích|biên|bình|bính|bửu|cảnh|cẩm|cần|cát|châu|chi|chí|chiến|chinh|chính|chung"
        "|công|cương|cường|cúc|dân|danh|dạ|diễm|diệp|diệu|diên|diện|doanh|du|duẩn|dung|dũng|duy|duyên|dương|đại|đạo|đạt|đan|đăng"
        "|đào|điền|điệp|định|đình|đoan|đoàn|đô|đông|đồng|đức|gấm|gia|giang|giáp|hà|hạ|hải|hạnh|hảo|hào|hậu|hân|hằng|hiên|hiền"
        "|hiển|hiếu|hiệp|hiệu|hoa|hoài|hoan|hoàn|hoàng|hòa|hoà|hoạt|học|hồ|hồng|hội|hợp|huân|huấn|huệ|huê|hùng|huy|huyên|huyền"
        "|huỳnh|hưng|hương|hường|hưởng|hướng|hữu|kha|khai|khải|khang|khánh|khoa|khôi|khuê|khương|kiên|kiệt|kiều|kim|kính|kỳ"
        "|lam|lan|lâm|lân|lập|lệ|lê|liên|liễu|linh|lĩnh|loan|long|lộc|lợi|luân|luận|luyến|lực|lương|lượng|ly|lý|mai|mạnh|mận"
        "|mẫn|mến|miên|minh|mơ|my|mỹ|nam|năm|nga|ngà|ngân|nghi|nghĩa|nghiêm|ngoan|ngọc|nguyên|nguyện|nguyệt|nhã|nhàn|nhân|nhật"
        "|nhi|nhiên|nhu|nhung|như|nhượng|ninh|nương|nữ|oanh|phát|phi|phong|phú|phúc|phùng|phụng|phước|phương|phượng|quân|quang"
        "|quế|quốc|quy|quý|quyên|quyền|quyết|quỳnh|sang|sáng|sâm|sen|siêu|sinh|sơn|sương|tài|tám|tâm|tân|tấn|tây|thái|thanh"
        "|thành|thạch|thảo|thạnh|thăng|thắm|thắng|thắm|thân|thấm|thế|thêm|thi|thị|thiên|thiện|thiết|thiệu|thịnh|thoa|thoại|thọ"
        "|thông|thơ|thơm|thu|thuận|thuần|thuật|thục|thùy|thuỳ|thúy|thuý|thủy|thuỷ|thư|thương|thường|thưởng|tiên|tiến|tín|tinh|tính"
        "|tình|toàn|toản|tố|tôn|trà|trang|tráng|trâm|trân|trí|trinh|trình|trọng|trúc|trung|trường|tú|tuân|tuấn|tuệ|tùng|tuyên"
        "|tuyến|tuyền|tuyết|tư|tường|tựu|uyên|vân|văn|vi|vĩ|việt|vinh|vĩnh|vọng|vũ|vui|vượng|vương|vy|xuân|xuyến|xuyên|y|ý|yên|yến"
    ).split("|")
)
#: Rarer ones: nothing is taken for them that was not read so.
_RARE = frozenset(
    nfc(word)
    for word in (
        "am|ba|bá|báu|bé|bông|bảy|bốn|ca|chiêu|chuyên|chánh|chín|chương|chức|cầm|di|dư|dần|dậu|dịu|dự|giỏi|gái|hai"
        "|hinh|hiến|hoạch|hoằng|huế|hàm|hàn|hàng|hóa|hạc|hỷ|khanh|khiêm|khiết|khoan|khoát|khuyên|khuông|kháng|khắc"
        "|khởi|kế|kết|kỷ|lai|liêm|liễn|liệt|liệu|luyện|lành|lãm|lãng|lưu|lưỡng|lạc|lễ|lịch|lựu|miền|mão|mùi|mưu|mười"
        "|mừng|na|nghiệp|nghệ|nghị|ngát|ngãi|ngữ|nho|nhuận|nhài|nhâm|nhường|nhạn|nhất|nhẫn|nhị|năng|nết|nở|nụ|oánh"
        "|pha|phan|phin|phiên|phiến|phòng|phấn|phổ|phụ|phục|quyến|quê|quản|quảng|quất|quới|sao|siêng|song|soạn|sáu"
        "|sĩ|sơ|sử|sửu|sỹ|thao|thiều|thoan|thoả|thuyên|thuyết|thuỵ|thà|thìn|thúc|thạo|thất|thập|thỏa|thời|thụ|thụy"
        "|thực|tiêu|tiếp|tiệp|toán|toại|tri|triều|triển|triệu|trác|trầm|trị|trực|tung|tuyển|tuất|tích|túc|tý|tăng"
        "|tĩnh|tương|tạo|tất|tịnh|tốt|tứ|từ|tự|tỵ|vang|viên|viết|viễn|viện|vạn|vận|vịnh|vững|vỹ|xinh|xoa|xoan|xương"
        "|cẩn|diễn|hiếm|hiểu|khiển|khảm|kiếm|kiểm|lài|lượm|mãi|mậu|mộng|nghiên|ngộ|nhiệm|nhơn|nhớ|nhựt|niệm|phẩm|rinh|rạng"
        "|rộng|son|sành|thuyền|thuấn|thy|thêu|thạc|thống|thừa|tiềm|tiễn|triết|truyền|trãi|trưng|trạch|trạng|trấn|trợ|tuy"
        "|tỉnh|tỏa|uy|vượt|vẹn|xê|điều|đính|đỉnh|ưu|ẩn"
        "|yêu|én|út|điểm|điển|đài|đàm|đương|đường|được|đảm|đắc|đặng|đệ|độ|ưng|ước"
    ).split("|")
)


def is_given_name(word: str) -> bool:
    """The syllable occurs in given or middle names, in any case."""
    return word.lower() in _GIVEN or word.lower() in _RARE


def is_family_name(word: str) -> bool:
    """The word is one of the known family names, in any case; *Văn* is far more often what stands after one."""
    return fold(word) not in {"van", "thi"} and spelling_key(word) in _SPELLED


_SPELLED = frozenset(map(spelling_key, FAMILY_NAMES))


def is_of_names(word: str) -> bool:
    """The syllable occurs in names of persons: a given, middle or family name."""
    return is_given_name(word) or is_family_name(word)


def is_name(text: str) -> bool:
    """It could be a person's name: two to seven capitalised words, each a Vietnamese syllable.

    Names of the highlands (``Y Ngông Niê Kđăm``, ``H'Hen Niê``) only need to be of letters.
    """
    words = text.split()
    if not 2 <= len(words) <= 7:
        return False
    if words[0] in {"Y", "H", "A", "K"} or words[0][:2] in {"H'", "H’", "K'", "K’"}:
        return all(re.sub(r"['’\-]", "", word).isalpha() and word[0].isupper() for word in words)
    if fold(words[-1]) == "thi" and words[-1].lower() != "thi":  # the given name after it is lost
        return False
    return all(_name_word(word) for word in words)


def is_syllable_like(word: str) -> bool:
    """The letters, marks aside, can be a Vietnamese syllable."""
    return bool(_SYLLABLE.fullmatch(fold(word)))


def _name_word(word: str) -> bool:
    bare = word.replace("'", "").replace("’", "").replace("-", "").replace(".", "")
    if not bare.isalpha() or not bare[0].isupper():
        return False
    cased = bare.isupper() or bare[1:].islower() or "'" in word or "’" in word or "-" in word
    return cased and (len(bare) == 1 or bool(_SYLLABLE.fullmatch(fold(bare))) or "-" in word or "'" in word)
