"""The order in which a person reads: head and foot column by column, tables cell by cell, all else row by row."""

from __future__ import annotations

from pipeline.layout.order import order
from pipeline.layout.tables import Table
from schemas.geometry import Box
from schemas.text import BlockKind, Line, Word

X = 18.0
WIDTH = 1650


def line(text, left, top, *, pitch=17):
    words, x = [], left
    for piece in text.split():
        words.append(Word(piece, Box(x, top, x + pitch * len(piece), top + 30), 0.95))
        x += pitch * (len(piece) + 1)
    return Line(tuple(words))


def centred(text, middle, top):
    return line(text, middle - 17 * len(text) / 2, top)


def read(lines, tables=()):
    return order(lines, tables, X, WIDTH)


def texts(blocks):
    return [row.text for block in blocks for row in block.lines]


HEAD = [
    ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TỈNH QUẢNG BÌNH", "Độc lập - Tự do - Hạnh phúc"),
    ("Số: 12/QĐ-UBND", "Quảng Bình, ngày 3 tháng 4 năm 2025"),
]
BODY = [
    line(
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 của Quốc hội", 150, 560 + 50 * i
    )
    for i in range(4)
]


def head():
    return [
        row
        for i, (left, right) in enumerate(HEAD)
        for row in (centred(left, 420, 100 + 50 * i), centred(right, 1200, 100 + 50 * i))
    ]


def test_head_is_read_column_by_column():
    blocks = read([*head(), *BODY])
    assert [block.kind for block in blocks[:2]] == [BlockKind.HEADER_LEFT, BlockKind.HEADER_RIGHT]
    assert texts(blocks)[:6] == [*(left for left, _ in HEAD), *(right for _, right in HEAD)]
    assert texts(blocks)[6:] == [row.text for row in BODY]


def test_a_head_photographed_from_the_side_is_read_column_by_column():
    """The left column stands half a line lower than the right one: no two lines are on one level."""
    staggered = [
        row
        for i, (left, right) in enumerate(HEAD)
        for row in (centred(left, 420, 120 + 50 * i), centred(right, 1200, 100 + 50 * i))
    ]
    blocks = read([*staggered, *BODY])
    assert [block.kind for block in blocks[:2]] == [BlockKind.HEADER_LEFT, BlockKind.HEADER_RIGHT]
    assert texts(blocks) == [
        *(left for left, _ in HEAD),
        *(right for _, right in HEAD),
        *(row.text for row in BODY),
    ]


def test_title_between_head_and_body():
    title = [centred("QUYẾT ĐỊNH", 850, 320), centred("Về việc giao đất", 850, 380)]
    kinds = [block.kind for block in read([*head(), *title, *BODY])]
    assert kinds == [BlockKind.HEADER_LEFT, BlockKind.HEADER_RIGHT, BlockKind.TITLE, BlockKind.BODY]


def test_recipients_before_the_signer():
    foot = [
        line("Nơi nhận:", 150, 1200),
        centred("TM. ỦY BAN NHÂN DÂN", 1250, 1200),
        line("- Như Điều 3;", 150, 1245),
        centred("CHỦ TỊCH", 1250, 1248),
        line("- Lưu: VT.", 150, 1290),
        centred("Nguyễn Văn An", 1250, 1500),
    ]
    blocks = read([*BODY, *foot])
    assert [block.kind for block in blocks] == [BlockKind.BODY, BlockKind.RECIPIENTS, BlockKind.SIGNATURE]
    assert texts(blocks)[4:] == [
        "Nơi nhận:",
        "- Như Điều 3;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Nguyễn Văn An",
    ]


def test_a_form_of_two_columns_is_read_row_by_row():
    rows = [("Họ và tên: Trần Văn Bình", "Giới tính: Nam"), ("Ngày sinh: 01/02/1990", "Dân tộc: Kinh")]
    lines = [
        part
        for i, (left, right) in enumerate(rows)
        for part in (line(right, 1000, 300 + 50 * i), line(left, 150, 300 + 50 * i))
    ]
    assert texts(read(lines)) == [text for row in rows for text in row]


def test_an_entry_that_wraps_is_read_to_its_end_before_the_one_beside_it():
    lines = [
        line("Nơi cư trú: Xóm Bình Minh,", 150, 300),
        line("Nơi cư trú: Thôn 3, xã", 900, 300),
        line("xã Tây Hiếu", 150, 350),
        line("Thanh Lâm", 900, 350),
        line("Dân tộc: Kinh", 150, 400),
        line("Dân tộc: Tày", 900, 400),
    ]
    assert texts(read(lines)) == [
        "Nơi cư trú: Xóm Bình Minh,",
        "xã Tây Hiếu",
        "Nơi cư trú: Thôn 3, xã",
        "Thanh Lâm",
        "Dân tộc: Kinh",
        "Dân tộc: Tày",
    ]


def test_two_who_sign_side_by_side_are_read_one_after_the_other():
    left = ["NGƯỜI NỘP HỒ SƠ", "(Ký và ghi rõ họ tên)", "Nguyễn Xuân Trí"]
    right = ["NGƯỜI TIẾP NHẬN", "(Ký và ghi rõ họ tên)", "Phạm Bá Cường"]
    tops = [1200, 1245, 1480]
    lines = [
        part
        for a, b, top in zip(left, right, tops, strict=True)
        for part in (centred(a, 450, top), centred(b, 1200, top))
    ]
    assert texts(read([*BODY, *lines]))[4:] == left + right


def test_the_last_line_of_the_body_does_not_tear_the_foot_apart():
    foot = [
        line("Kính đề nghị quý cơ quan quan tâm, phối hợp thực hiện", 150, 1140),
        line("Nơi nhận:", 150, 1200),
        centred("CHỦ TỊCH", 1250, 1200),
        line("- Như trên;", 150, 1245),
        centred("CHÁNH VĂN PHÒNG ỦY BAN", 1250, 1248),
        line("- Lưu: VT.", 150, 1290),
    ]
    assert texts(read([*BODY, *foot]))[4:] == [
        "Kính đề nghị quý cơ quan quan tâm, phối hợp thực hiện",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "CHỦ TỊCH",
        "CHÁNH VĂN PHÒNG ỦY BAN",
    ]


def test_table_row_by_row_cell_by_cell():
    table = Table(Box(100, 600, 1500, 900), (100, 300, 900, 1500), (600, 700, 900))
    cells = [
        ("STT", 130, 630),
        ("Tên thành phần hồ sơ", 330, 630),
        ("Số bản", 930, 630),
        ("1", 130, 740),
        ("Đơn đề nghị cấp giấy", 330, 730),
        ("phép xây dựng", 330, 780),
        ("01 bản chính", 930, 740),
    ]
    before, after = (
        line("Danh mục giấy tờ nộp kèm theo hồ sơ này gồm có", 150, 500),
        line("Kết thúc danh mục", 150, 1000),
    )
    blocks = read([after, *(line(*cell) for cell in reversed(cells)), before], [table])
    assert texts(blocks) == [before.text, *(text for text, _, _ in cells), after.text]
    places = [(b.cell.row, b.cell.column) for b in blocks if b.cell]
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_nothing_is_lost_and_nothing_doubled():
    lines = [
        *head(),
        *BODY,
        line("12", 820, 30),
        centred("KT. CHỦ TỊCH", 1250, 1200),
        line("Nơi nhận:", 150, 1200),
    ]
    assert sorted(texts(read(lines))) == sorted(row.text for row in lines)
    assert read([]) == ()


def test_a_column_goes_on_before_the_note_beside_it():
    rows = [line("Họ và tên: TRẦN MINH KHẢI", 600, 300), line("Quê quán: Lạng Sơn", 600, 360)]
    note = [line("Có giá trị đến:", 200, 470), line("16/12/2040", 200, 510)]
    entry = [line("Nơi thường trú: Xóm 6, Vĩnh", 600, 470), line("Châu, An Giang", 600, 510)]
    assert texts(read([*rows, *note, *entry])) == [row.text for row in (*rows, *entry, *note)]


def test_a_note_needs_no_colon_to_stand_beside_a_column():
    rows = [line(f"Quê quán {n} Vị Xuyên Hà Giang", 700, 300 + 40 * n) for n in range(4)]
    note = [line("Có giá trị đến 16/12/2040", 120, 470), line("Date of expiry", 120, 510)]
    entry = [line("Nơi thường trú Place of residence Mỹ", 700, 470), line("An Hưng B", 700, 510)]
    assert texts(read([*rows, *note, *entry])) == [row.text for row in (*rows, *entry, *note)]


def test_a_speck_beside_a_form_makes_no_columns():
    rows = [
        line(text, 100 + 700 * column, 300 + 60 * row)
        for row, pair in enumerate(
            [("Họ và tên vợ: LÊ AN", "Họ và tên chồng: VŨ"), ("Dân tộc: Kinh", "Dân tộc: Tày")]
        )
        for column, text in enumerate(pair)
    ]
    last = line("Nơi đăng ký: xã Tân Lợi", 100, 440)
    found = texts(read([line("Số: 246", 750, 250), line("si", 1550, 250), *rows, last]))
    assert found[-5:] == [*(row.text for row in rows), last.text] or found[-3:] == [
        f"{rows[0].text} {rows[1].text}",
        f"{rows[2].text} {rows[3].text}",
        last.text,
    ]
    assert all(block.kind == BlockKind.BODY for block in read([line("si", 1550, 250), *rows, last]))
