"""What became of the inputs: a line of JSON each, or a few lines for a person in a hurry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from apps.cli.language import advice, say, state_in_words, version_in_words, vietnamese
from apps.cli.output import console, emit, escape, notes, percent, print_json
from schemas.errors import ExitStatus
from schemas.records import UNKNOWN

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from flows.outcome import Document, Outcome
    from schemas.records import Record
    from storage.model import ArchivedRecord, Receipt

MARKS = {
    "read": "[green]✓[/]",
    "archived": "[green]✓[/]",
    "duplicate": "[blue]=[/]",
    "rejected": "[red]✗[/]",
    "failed": "[red]![/]",
}


_STATUS = {
    "read": "đã đọc",
    "archived": "đã lưu",
    "duplicate": "đã có trong kho",
    "rejected": "không nhận",
    "failed": "chưa xong",
}
_VERDICTS = {"valid": "hợp lệ", "invalid": "không hợp lệ"}


def report(
    outcomes: Iterable[Outcome], *, as_json: bool, text_only: bool = False, many: bool = False
) -> ExitStatus:
    """Print each outcome as it comes; gives the exit status of the command."""
    from flows.outcome import exit_status

    worst = ExitStatus.OK
    counts: dict[str, int] = {}
    out = None if as_json or text_only else console()
    for outcome in outcomes:
        worst = exit_status(worst, outcome)
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
        if as_json:
            print_json(outcome.as_json())
        elif text_only and outcome.error is None:
            emit("\f".join(document.text for document in outcome.documents).encode() + b"\n")
        elif outcome.error is not None:
            tell_refusal(notes(), outcome)
        elif out is not None:
            tell(out, outcome)
    if many and not as_json:
        notes().print(
            "[dim]"
            + ", ".join(f"{count} {say(_STATUS[status], status)}" for status, count in counts.items())
            + "[/]"
        )
    return worst


def tell(out: Console, outcome: Outcome) -> None:
    """One input for a person."""
    seconds = sum(outcome.seconds.values())
    took = f" [dim]{seconds:.1f} s[/]" if seconds >= 0.05 else ""
    again = (
        f"  [blue]{say('đã có trong kho', 'already in the archive')}[/]"
        if outcome.status == "duplicate"
        else ""
    )
    mark = "[yellow]?[/]" if _holds_nothing(outcome) else MARKS[outcome.status]
    out.print(f"{mark} [bold]{escape(outcome.source)}[/]{took}{again}")
    if outcome.signed is not None:
        colour = {"valid": "green", "invalid": "red"}.get(outcome.signed.verdict, "yellow")
        verdict = say(_VERDICTS.get(outcome.signed.verdict, "chưa rõ"), outcome.signed.verdict)
        out.print(f"  [{colour}]{say('chữ ký số', 'signed')}: {verdict}[/]")
        told = say(outcome.signed.message_vi, outcome.signed.message_en)
        for line in told.splitlines()[1:]:
            out.print(f"    [dim]{escape(line)}[/]")
    for document in outcome.documents:
        tell_document(out, document, stored=outcome.status != "read")


def _holds_nothing(outcome: Outcome) -> bool:
    """Whether all pages are blank or black, which a person should be asked about."""
    empty = {"blank", "black"}
    return bool(outcome.documents) and all(
        {doubt.page for doubt in document.doubts if doubt.code in empty} >= set(document.pages)
        for document in outcome.documents
    )


def tell_document(out: Console, document: Document, *, stored: bool) -> None:
    """One paper: what it is, whose, its fields, doubtful ones marked."""
    pages = document.pages
    some = str(pages[0]) if len(pages) == 1 else f"{pages[0]}–{pages[-1]}"
    where = say(f"trang {some}", f"page {some}" if len(pages) == 1 else f"pages {some}")
    sure = "" if document.type == UNKNOWN else f" [dim]{percent(document.type_confidence)}[/]"
    from apps.presentation import type_name

    out.print(f"  [bold cyan]{escape(type_name(document.type))}[/]{sure} [dim]· {where}[/]")
    for subject in document.record.subjects or (document.record.subject,):
        if subject.id or subject.name:
            who = " · ".join(escape(part) for part in (subject.name, subject.id) if part)
            out.print(f"  [dim]{say('chủ giấy tờ', 'subject')}[/] {who}")
    if document.record.fields:
        out.print(field_table(document.type, document.record))
    else:
        first = next((line for line in document.text.splitlines() if line.strip()), "")
        out.print(f"  [dim]{len(document.text.split())} {say('từ', 'words')}[/] {escape(first[:80])}")
    for doubt in document.doubts:
        told = say(f"trang {doubt.page}: {doubt.message_vi}", f"page {doubt.page}: {doubt.message}")
        out.print(f"  [yellow]? {escape(told)}[/]")
    for other in document.near_duplicates:
        words = say("có vẻ cùng một giấy tờ với", "the same paper, it seems, as")
        out.print(f"  [blue]= {words} {escape(document.sources.get(other, ''))}[/] [dim]{other}[/]")
    for dossier in document.dossiers:
        out.print(f"  [dim]{say('hồ sơ', 'dossier')}[/] {escape(dossier)}")
    if stored:
        out.print(f"  [dim]id {document.id}[/]")


def field_table(type: str, record: Record) -> Table:
    """The fields in the order of the form, with how sure each is; what a person should look at is yellow."""
    from rich.table import Table
    from rich.text import Text

    from apps.presentation import doubts_of
    from schemas.labels import field_labels
    from schemas.quality import is_sure

    labels = field_labels(type)
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 1))
    table.add_column(style="dim", max_width=34)
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    table.add_column(style="yellow")
    for name in sorted(record.fields, key=lambda name: list(labels).index(name) if name in labels else 99):
        field = record.fields[name]
        failed = (
            doubts_of(field) if vietnamese() else [c.reason or c.name for c in field.checks if not c.passed]
        )
        style = "" if is_sure(field) else "yellow"
        value = field.value if isinstance(field.value, str) else _plain(field.value)
        table.add_row(
            labels.get(name, name),
            Text(value, style),
            Text(percent(field.confidence), style or "dim"),
            "? " + "; ".join(failed) if failed else "?" if style else "",
        )
    return table


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def tell_refusal(out: Console, outcome: Outcome) -> None:
    """An input that was not taken: why, and what to do."""
    assert outcome.error is not None
    out.print(f"{MARKS[outcome.status]} [bold]{escape(outcome.source)}[/]  [red]{outcome.error.code}[/]")
    told = say(outcome.error.message_vi, outcome.error.message)
    out.print(f"  {escape(told)}")
    out.print(f"  [dim]→ {escape(advice(outcome.error))}[/]")


def tell_ending(out: Console, record: ArchivedRecord) -> None:
    """Whether the paper is no longer in force, first of all: it must not be taken for a good one."""
    if ending := ending_in_words(record.state, record.links.superseded_by):
        reason = f": {escape(record.reason)}" if record.reason else ""
        out.print(f"[bold red]{ending}{reason}[/]")
    if record.restricted:
        out.print(f"[bold red]{restricted_in_words()}[/]")


def ending_in_words(state: str, newer: str | None) -> str:
    """How a paper ended, and which newer one took its place; empty for one that did not."""
    by_vi, by_en = (f" bằng {newer}", f" by {newer}") if newer else ("", "")
    words = {
        "revoked": say("đã thu hồi", "revoked (đã thu hồi)"),
        "superseded": say(f"đã được thay thế{by_vi}", f"superseded (đã được thay thế){by_en}"),
    }
    return words.get(state, "")


def restricted_in_words() -> str:
    """That nothing may be done with a paper for now."""
    return say("việc xử lý giấy này đang bị hạn chế", "its use is restricted for now")


def tell_ended(receipts: Iterable[Receipt], *, as_json: bool) -> None:
    """Print records that are no longer in force, or that replaced another record: their state and version."""
    for receipt in receipts:
        state = str(receipt.record.state)
        if as_json:
            print_json({"id": receipt.id, "version": receipt.version, "state": state})
        else:
            told = f"{state_in_words(state)}, {version_in_words(receipt.version)}"
            console().print(f"[green]✓[/] {receipt.id} [dim]{told}[/]")
