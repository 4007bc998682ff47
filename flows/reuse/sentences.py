"""The sentences that a clerk reads to the citizen, one for each answer, and the same for an operator."""

from __future__ import annotations

from datetime import date

from flows.reuse.judge import UNPROVEN, issued_on, vietnamese_day
from flows.reuse.model import Problem, Question
from schemas.documents import document_types
from schemas.procedures import Component, Mode, databases
from schemas.questions import AGENCY_FIELDS, NUMBER_FIELDS
from schemas.vietnamese import within_sentence
from storage.model import ArchivedRecord

Sentences = tuple[str, str]
"""Vietnamese and English."""

_NOT_BROUGHT = {
    Mode.SUBMIT: "Không phải nộp",
    Mode.SHOW: "Không phải xuất trình",
    Mode.SURRENDER: "Không phải nộp",
}


def there(component: Component, record: ArchivedRecord, until: date | None) -> Sentences:
    """A record stands in."""
    end = f", dùng được đến hết ngày {vietnamese_day(until)}" if until else ""
    return (
        f"{_NOT_BROUGHT[component.mode]} {within_sentence(component.name)}: kho đã có {paper(record)}{end}.",
        f"Nothing to hand in: record {record.id} stands in{f' until {until}' if until else ''}.",
    )


def look_up(component: Component) -> Sentences:
    """A database answers instead of the paper."""
    assert component.look_up is not None
    where = " và ".join(databases()[name].label for name in component.look_up.databases)
    return (
        f"{_NOT_BROUGHT[component.mode]} {within_sentence(component.name)}: chỉ cần cho biết số định danh, cơ quan tự tra cứu trong"
        f" {where} ({component.look_up.law}); không quét.",
        "Nothing to hand in or to scan: the office looks it up in a national database.",
    )


def there_but(component: Component, record: ArchivedRecord, problem: Problem) -> Sentences:
    """A record is there and cannot stand in as it is."""
    wish = (
        "cán bộ đối chiếu và xác nhận bản đã có, nếu không được thì đề nghị nộp giấy"
        if problem.code in ("unconfirmed", UNPROVEN)
        else f"đề nghị {_bring(component)}"
    )
    return (
        f"Kho có {paper(record)} nhưng {problem.vi}; {wish}.",
        f"Record {record.id} is there, but {problem.en}.",
    )


def not_matched(component: Component, record: ArchivedRecord, problem: Problem) -> Sentences:
    """A record may be somebody else's."""
    return (
        f"Chưa xác định được {paper(record)} trong kho có phải của ông/bà hay không ({problem.vi}); đề nghị"
        f" {_bring(component)}.",
        f"Record {record.id} may be another person's: {problem.en}.",
    )


def unavailable(component: Component, record: ArchivedRecord | None, why: Problem) -> Sentences:
    """A paper is there and cannot be used now."""
    named = paper(record) if record else "giấy này"
    return (
        f"Kho có {named} nhưng hiện chưa dùng được: {why.vi}; nếu cần ngay, đề nghị {_bring(component)}.",
        f"It is there, but cannot be used now: {why.en}.",
    )


def to_bring(component: Component, share: float | None = None) -> Sentences:
    """Nothing stands in."""
    if component.form and share is not None:
        return (
            f"{component.name}: đã điền sẵn {share:.0%}; đề nghị ông/bà kiểm tra, khai phần còn thiếu rồi ký.".replace(
                "%", " %"
            ),
            f"The form is {share:.0%} filled in; the rest is declared and signed.",
        )
    age = _age(component)
    if component.mode is Mode.SHOW:
        return (
            f"Đề nghị xuất trình {within_sentence(component.name)}{age}; chỉ xem rồi trả lại, không quét.",
            "To be shown, not scanned.",
        )
    return (
        f"Đề nghị {_bring(component)}{age}; kho chưa có giấy này.",
        "To be handed in: there is no record of it.",
    )


def _age(component: Component) -> str:
    return f", cấp chưa quá {component.months} tháng" if component.months else ""


def to_surrender(component: Component, record: ArchivedRecord | None) -> Sentences:
    """An original that the law takes back: no record ever stands in for it."""
    held = f"; kho có {paper(record)} nhưng bản số hóa không thay được bản gốc" if record else ""
    return (
        f"Đề nghị nộp lại bản gốc: {within_sentence(component.name)}{held}.",
        "The original must be surrendered; no record stands in for it.",
    )


def of_unknown_person(component: Component, asked: Question) -> Sentences:
    """The paper is somebody else's, and nobody said whose."""
    whom = asked.procedure.persons[component.of or ""].label
    return (
        f"Cho biết số định danh của {whom} để tra trong kho; nếu không có, đề nghị {_bring(component)}{_age(component)}.",
        f"Name the number of the {component.of}, so that the archive can be asked.",
    )


def conditional(when: str, sentences: Sentences) -> Sentences:
    """The same, where nobody said whether the case holds."""
    return (
        f"Nếu thuộc trường hợp {when}: {within_sentence(sentences[0])}",
        f"In some cases only: {sentences[1]}",
    )


def paper(record: ArchivedRecord) -> str:
    """A paper as people name it: what it is, its number, who issued it and when."""
    fields, model = record.record.fields, document_types().get(record.type)
    parts = [within_sentence(model.form.name) if model else "giấy tờ"]
    number = next((fields[name].value for name in NUMBER_FIELDS if name in fields), None)
    if number and record.type != "citizen_card":
        parts.append(f"số {number}")
    agency = next((fields[name].value for name in AGENCY_FIELDS if name in fields), None)
    day = issued_on(record.record)
    if agency:
        parts.append(f"do {agency} cấp")
    elif day:
        parts.append("cấp")
    if day:
        parts.append(f"ngày {vietnamese_day(day)}")
    return " ".join(str(part) for part in parts)


def _bring(component: Component) -> str:
    count = max(component.originals, component.copies)
    kind = "bản chính" if component.originals else "bản sao"
    if component.mode is Mode.SHOW:
        return f"xuất trình {within_sentence(component.name)}"
    many = f" ({count} {kind})" if count else ""
    return f"nộp {within_sentence(component.name)}{many}"
