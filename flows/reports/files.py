"""A report as files that offices use: CSV (UTF-8 with a mark, so that spreadsheets read the tones) and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from flows.reports.report import Report
from schemas.indicators import FIGURES

_HEAD = ("Cơ quan", "Thủ tục", "Tháng")


def as_csv(report: Report) -> bytes:
    """One line for each agency, procedure and month, and the sums."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(_lines(report))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(report: Report) -> bytes:
    """A workbook: figures, points, dossiers behind each figure, differences."""
    import xlsxwriter  # type: ignore[import-untyped]

    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _sheet(book, "Số liệu", list(_lines(report)))
        figures = report.figures
        points = [
            (one.name, one.share(figures), one.scored(figures), one.points)
            for one in report.indicators.indicators
        ]
        _sheet(book, "Điểm", [(report.indicators.law, "Tỷ lệ", "Điểm", "Điểm tối đa"), *points])
        opened = [
            (row.agency, row.procedure, row.month, FIGURES[name], code)
            for row in report.rows
            for name, codes in row.dossiers.items()
            for code in codes
        ]
        _sheet(book, "Hồ sơ", [(*_HEAD, "Số liệu", "Mã hồ sơ"), *opened])
        other = [(one.dossier, one.kind, one.ours, one.theirs) for one in report.differences]
        _sheet(book, "Chênh lệch", [("Mã hồ sơ", "Loại", "Trong kho", "Một cửa"), *other])
    return data.getvalue()


def _sheet(book: object, name: str, lines: Sequence[Sequence[object]]) -> None:
    sheet = book.add_worksheet(name)  # type: ignore[attr-defined]
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, ["" if value is None else value for value in line])
    sheet.freeze_panes(1, 0)
    sheet.autofit()


def _lines(report: Report) -> Iterator[tuple[object, ...]]:
    yield (*_HEAD, *FIGURES.values())
    for row in report.rows:
        yield (_safe(row.agency), row.procedure, row.month, *row.figures.values())
    yield ("Tổng cộng", "", "", *report.figures.values())


def _safe(text: str) -> str:
    """A name that a spreadsheet would take for a formula begins with a quote."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
