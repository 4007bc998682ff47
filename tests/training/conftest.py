"""Faces and texts that every machine with Sohoa has."""

from __future__ import annotations

import pytest

from pipeline.fonts import font_file
from training.faces import Face, find_faces
from training.texts import Texts, load_texts

LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Thành phần hồ sơ gồm: đơn đề nghị, bản sao giấy chứng nhận.",
    "Trường hợp từ chối thì phải trả lời bằng văn bản, nêu rõ lý do",
)


@pytest.fixture(scope="session")
def faces() -> tuple[Face, ...]:
    files = [font_file(family) for family in ("Tinos", "Liberation Serif", "Liberation Sans")]
    return find_faces(sorted({file.parent for file in files if file is not None}))


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "lines.txt").write_text("\n".join(LINES), "utf-8")
    (folder / "syllables.tsv").write_text("điều\t410\nđịnh\t322\nquyển\t3\nnghễnh\t1\n", "utf-8")
    return load_texts(folder / "lines.txt", folder / "syllables.tsv")
