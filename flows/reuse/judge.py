"""Whether a record can stand in for a component: every reason against it, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flows.reuse.model import Holding, Holdings, Problem, Question
from flows.reuse.people import age_on, carries, day_of, identity_on, same_name
from schemas.documents import document_types
from schemas.procedures import Component
from schemas.questions import DATE_FIELDS
from schemas.records import Record, State, is_of_others
from storage.model import ArchivedRecord

NOT_MATCHED = "identity_not_matched"
UNPROVEN = "unproven"
LAST_BIRTHDAY = 60
NOT_YET = frozenset({"not_in_force_yet", "unsigned"})
"""Reasons that pass by themselves: the paper is there, and can be used later."""

DECLARED_OTHERWISE = "declared_otherwise"
"""Mark on a record of which the person says that it is wrong (``flows.dossiers.uses``)."""

_POOR = {
    "low_resolution": "độ phân giải thấp",
    "too_dark": "quá tối",
    "too_light": "quá nhạt",
    "blurred": "bị nhòe",
    "cut_off": "bị cắt mép",
    "black": "chỉ có màu đen",
}


def problems_of(
    one: Holding, component: Component, holdings: Holdings, asked: Question
) -> tuple[Problem, ...]:
    """Why the record cannot stand in for the component today; nothing where it can."""
    record = one.record
    return (
        *_ended(record),
        *_restricted(record),
        *about_another(one, holdings),
        *_unproven(record.record, holdings),
        *_wrong_age(record.record, component, holdings, asked),
        *_time(record, component, asked.today),
        *_doubted(record),
    )


def usable_until(record: ArchivedRecord, component: Component) -> date | None:
    """The last day on which the paper serves: its own end, or the procedure's limit on its age; None: no end."""
    issued = issued_on(record.record)
    ends = [record.record.validity.valid_until]
    if component.months and issued:
        ends.append(months_later(issued, component.months))
    return min((end for end in ends if end), default=None)


def issued_on(record: Record) -> date | None:
    """The day of the paper."""
    for name in DATE_FIELDS:
        found = record.fields.get(name)
        try:
            if found is not None:
                return date.fromisoformat(str(found.value)[:10])
        except ValueError:
            continue
    return record.validity.valid_from


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month.

    >>> months_later(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def vietnamese_day(day: date) -> str:
    """As people write it: 05/03/2026."""
    return f"{day:%d/%m/%Y}"


def _ended(record: ArchivedRecord) -> Iterator[Problem]:
    if record.state is State.REVOKED:
        yield Problem("revoked", "giấy đã bị thu hồi", "the paper was withdrawn")
    if record.state is State.SUPERSEDED:
        yield Problem("superseded", "đã có giấy mới hơn thay thế", "a newer paper took its place")


def _restricted(record: ArchivedRecord) -> Iterator[Problem]:
    if record.restricted:
        yield Problem("restricted", "việc xử lý giấy này đang bị hạn chế", "its use is restricted for now")


def about_another(one: Holding, holdings: Holdings) -> Iterator[Problem]:
    """Whether the record is another person's, or contradicts who they are."""
    if is_of_others(one.record.record, holdings.ids):
        yield Problem(
            NOT_MATCHED, "giấy ghi số định danh của người khác", "it carries another person's number"
        )
        return
    who, known = identity_on(one.record.record, holdings.ids), holdings.identity
    name = same_name(who.name, known.name)
    born = who.born is None or known.born is None or who.born == known.born
    agrees = (name and who.name and known.name) or (born and who.born and known.born)
    if (not name and not born) or (one.linked and not agrees):
        yield Problem(
            NOT_MATCHED,
            "họ tên và ngày sinh trên giấy không khớp với người có số này",
            "name and birthday on it do not match the holder of this number",
        )
    elif not name:
        yield Problem(
            "other_name",
            f"giấy mang tên khác ({who.name})",
            "it carries another name than their other papers",
        )
    elif not born:
        yield Problem(
            "contradicted",
            "ngày sinh trên giấy khác với giấy tờ khác của cùng người",
            "the birthday on it differs from their other papers",
        )


def is_unproven(record: Record, holdings: Holdings) -> bool:
    """Whether nothing tells that a paper is the person's but that it was handed in as such: no number on it, nobody known."""
    return not holdings.proven and not carries(record, holdings.ids)


def _unproven(record: Record, holdings: Holdings) -> Iterator[Problem]:
    if not is_unproven(record, holdings):
        return
    name = identity_on(record, holdings.ids).name
    told = f" (giấy ghi: {name})" if name else ""
    yield Problem(
        UNPROVEN,
        f"giấy không ghi số định danh, cần đối chiếu người có tên trên giấy{told} với người làm thủ tục",
        f"it carries no number: compare who stands on it{f' ({name})' if name else ''} with the applicant",
    )


def _wrong_age(
    record: Record, component: Component, holdings: Holdings, asked: Question
) -> Iterator[Problem]:
    person = asked.procedure.persons.get(component.of or "")
    born = identity_on(record, holdings.ids).born
    if person is None or person.under is None or born is None or age_on(born, asked.today) < person.under:
        return
    age = age_on(born, asked.today)
    yield Problem(
        "other_person",
        f"người trên giấy đã {age} tuổi, không phải {person.label}",
        f"its holder is {age} years old, and under {person.under} is asked for",
    )


def end_is_unknown(record: Record) -> bool:
    """Whether the last day of a paper that has one is not known: it may have expired.

    Citizen cards that were issued in the two years before their holder's last birthday that ends one, or later, have no end
    (Law on Identity 26/2023/QH15, article 21).
    """
    model = document_types().get(record.type)
    if record.validity.valid_until is not None:
        return False
    if model is None:
        return True
    if model.form.valid_until is None and model.form.valid_months is None:
        return False
    birthday, _ = model.form.relations.expires_on_birthday or ("", "")
    born, issued = day_of(record, birthday), record.validity.valid_from
    return born is None or issued is None or age_on(born, issued) < LAST_BIRTHDAY - 2


def _time(record: ArchivedRecord, component: Component, today: date) -> Iterator[Problem]:
    validity, issued = record.record.validity, issued_on(record.record)
    if validity.valid_from and validity.valid_from > today:
        day = vietnamese_day(validity.valid_from)
        yield Problem(
            "not_in_force_yet", f"giấy có hiệu lực từ ngày {day}", f"it holds from {validity.valid_from}"
        )
    if validity.valid_until and validity.valid_until < today:
        day = vietnamese_day(validity.valid_until)
        yield Problem("expired", f"giấy đã hết hạn ngày {day}", f"it expired on {validity.valid_until}")
    if end_is_unknown(record.record):
        yield Problem("end_unknown", "chưa rõ ngày hết hạn của giấy", "its last day is not known")
    if component.months is None:
        return
    if issued is None:
        yield Problem(
            "undated", "không rõ ngày cấp để tính hạn", "its date, from which its age counts, is unknown"
        )
    elif months_later(issued, component.months) < today:
        yield Problem(
            "too_old",
            f"giấy cấp ngày {vietnamese_day(issued)}, quá {component.months} tháng mà thủ tục này cho phép",
            f"issued on {issued}: older than the {component.months} months that this procedure allows",
        )


def _doubted(record: ArchivedRecord) -> Iterator[Problem]:
    failed = [name for name, field in record.record.fields.items() if not field.valid]
    if failed:
        yield Problem(
            "contradicted",
            "dữ liệu trên giấy có chỗ mâu thuẫn, chưa được làm rõ",
            f"checks failed on {', '.join(failed)}",
        )
    if DECLARED_OTHERWISE in record.quality_flags:
        yield Problem(
            DECLARED_OTHERWISE,
            "người có giấy đã khai khác với dữ liệu này",
            "the person declared otherwise than it says",
        )
    if record.state is State.UNCONFIRMED:
        yield Problem("unconfirmed", "chưa được cán bộ xác nhận", "no officer has confirmed it yet")
    poor = [words for code, words in _POOR.items() if code in record.quality_flags]
    if poor:
        yield Problem("poor_picture", f"ảnh quét {', '.join(poor)}", "the picture is poor")
    if not record.signed:
        yield Problem("unsigned", "bản số hóa còn chờ ký số", "the copy still waits for its signature")
