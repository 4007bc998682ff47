"""The stories of submitting once: what is not asked for again, what still is, and why."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from flows import records
from flows.caller import local_caller
from flows.people.personal_store import store_of
from flows.reuse import Answer, Reuse, UnknownCase, WrongSubject, ask, judge, question
from flows.reuse.answers import GRAVITY
from flows.reuse.cases import AmbiguousCase
from flows.services import Services
from schemas.procedures import procedures
from storage.corrections import revoke, supersede
from storage.index.find import Query
from tests.stories.conftest import TODAY
from tests.stories.people import (
    ANH,
    BINH,
    CHILD,
    Counter,
    birth,
    card,
    criminal,
    enterprise,
    household,
    land,
    marriage,
    residence,
    single,
)


def asked(services: Services, code: str, subject: str = ANH, *cases: str, **persons: str) -> Reuse:
    found = question(services, code, subject, cases=cases or None, persons=persons, today=TODAY)
    return ask(services, local_caller("story"), found)


def the(found: Reuse, words: str) -> tuple[Answer, str | None]:
    """The answer for the component with these words in its name, and the record that it names."""
    (one,) = [each for each in found.components if words in each.component.name]
    return one.answer, one.record.id if one.record else None


def test_a_household_business_becomes_a_company_without_its_certificate(
    services: Services, counter: Counter
) -> None:
    kept = counter.keeps("household_business_registration", household())
    found = asked(services, "2.001583", ANH, "chuyển đổi từ hộ kinh doanh")
    assert the(found, "Giấy chứng nhận đăng ký hộ kinh doanh") == (Answer.THERE, kept)
    assert the(found, "giấy tờ pháp lý của cá nhân") == (Answer.LOOK_UP, None)
    assert found.form["tru_so_chuyen_doi"].offer.value.startswith("12 Lê Lợi")  # type: ignore[union-attr]
    assert "tru_so" not in found.form
    assert found.prefilled_share >= 0.2
    (told,) = [one for one in found.components if one.record]
    assert told.reason_vi == (
        "Không phải nộp bản sao Giấy chứng nhận đăng ký hộ kinh doanh: kho đã có giấy chứng nhận đăng ký hộ kinh doanh"
        " số 41A8012345 do UBND phường Bến Nghé cấp ngày 05/04/2023."
    )


def test_without_a_case_every_paper_that_may_be_asked_for_is_told_with_its_condition(
    services: Services, counter: Counter
) -> None:
    kept = counter.keeps("household_business_registration", household())
    found = asked(services, "2.001583")
    (one,) = [each for each in found.components if "hộ kinh doanh" in each.component.name]
    assert one.answer is Answer.THERE
    assert one.record is not None
    assert one.record.id == kept
    assert one.when == "“Thành lập trên cơ sở chuyển đổi từ hộ kinh doanh”"
    assert one.reason_vi.startswith("Nếu thuộc trường hợp “Thành lập trên cơ sở")


def test_a_land_certificate_serves_for_a_building_permit(services: Services, counter: Counter) -> None:
    kept = counter.keeps("land_use_certificate", land())
    found = asked(services, "1.013225", ANH, "house")
    assert the(found, "giấy tờ hợp pháp về đất đai") == (Answer.THERE, kept)
    assert the(found, "bản vẽ thiết kế") == (Answer.TO_SUBMIT, None)
    assert found.prefilled_share >= 0.2


def test_once_the_land_database_operates_nothing_is_asked_for(services: Services, counter: Counter) -> None:
    from dataclasses import replace

    found = question(services, "1.013225", ANH, cases=["house"], today=TODAY)
    assert the(ask(services, local_caller(), found), "đất đai") == (Answer.TO_SUBMIT, None)
    operating = replace(found, operating=frozenset({"dat_dai"}))
    assert the(ask(services, local_caller(), operating), "đất đai") == (Answer.LOOK_UP, None)


def test_birth_and_marriage_certificates_serve_for_an_adoption(services: Services, counter: Counter) -> None:
    ours = counter.keeps("marriage_certificate", marriage())
    childs = counter.keeps("birth_certificate", birth(CHILD, "NGUYỄN GIA HÂN", "2020-01-02"))
    counter.keeps("citizen_card", card())
    found = asked(services, "2.001263", ANH, "couple", child=CHILD)
    assert the(found, "Giấy chứng nhận kết hôn") == (Answer.THERE, ours)
    assert the(found, "Giấy khai sinh") == (Answer.THERE, childs)
    assert found.form["ho_ten_tre"].offer.value == "NGUYỄN GIA HÂN"  # type: ignore[union-attr]
    assert found.form["ho_ten_vo_chong"].offer.value == "NGUYỄN VĂN BÌNH"  # type: ignore[union-attr]
    assert found.prefilled_share >= 0.2


def test_the_applicants_own_birth_certificate_is_not_the_childs(services: Services, counter: Counter) -> None:
    own = counter.keeps("birth_certificate", birth())
    found = asked(services, "2.001263", ANH, "couple")
    assert the(found, "Giấy khai sinh") == (Answer.THERE_BUT, own)
    assert found.form["ho_ten_tre"].offer is None


def test_the_husband_asks_by_his_own_number(services: Services, counter: Counter) -> None:
    kept = counter.keeps("marriage_certificate", marriage())
    found = asked(services, "2.001263", BINH, "couple")
    assert the(found, "Giấy chứng nhận kết hôn") == (Answer.THERE, kept)
    assert found.form["ho_ten"].offer.value == "NGUYỄN VĂN BÌNH"  # type: ignore[union-attr]
    assert found.form["ho_ten_vo_chong"].offer.value == "ĐỖ THỊ NGỌC ÁNH"  # type: ignore[union-attr]


@pytest.mark.parametrize("known", [False, True])
def test_what_is_handed_in_for_another_persons_dossier_stays_its_holders(
    services: Services, counter: Counter, known: bool
) -> None:
    """A daughter brings her parents' certificate: it is in her dossier, and is not hers, whoever else we know of her."""
    parents = marriage("079170000001", "079168000002", wife_name="TRẦN THỊ LAN", husband_name="ĐỖ VĂN HÙNG")
    code = "000.00.01.H48-250117-0012"
    kept = counter.keeps("marriage_certificate", parents, dossier=code, owner=ANH)
    if known:
        counter.keeps("citizen_card", card())
    found = asked(services, "2.001263", ANH, "couple")
    assert the(found, "Giấy chứng nhận kết hôn") == (Answer.TO_SUBMIT, None)
    assert found.form["ho_ten_vo_chong"].offer is None
    assert found.form["ho_ten"].offer is None or known
    caller = local_caller()
    assert kept not in [one.record.id for one in store_of(services, caller, ANH)]
    assert kept in [one.record.id for one in store_of(services, caller, "079170000001")]
    assert kept not in [row.id for row in services.index.find(Query(subject=ANH)).rows]


def test_a_card_whose_last_day_was_not_read_is_not_taken_for_one_without_an_end(
    services: Services, counter: Counter
) -> None:
    """Cards of the old have no end; of all others the day was not legible, and may be over."""
    young = {name: value for name, value in card().items() if name != "expiry_date"}
    old = {**young, "personal_id": BINH, "birth_date": "1960-05-06", "issue_date": "2022-03-01"}
    for who, values, unknown in ((ANH, young, True), (BINH, old, False)):
        kept = counter.keeps("citizen_card", values)
        (one,) = store_of(services, local_caller(), who)
        assert one.as_json()["end_unknown"] is unknown
        found = [one for one in asked(services, "1.004884", who).components if one.record]
        assert [
            (one.answer, [each.code for each in one.problems]) for one in found if one.record.id == kept
        ] == (  # type: ignore[union-attr]
            [(Answer.THERE_BUT, ["end_unknown"])] if unknown else [(Answer.THERE, [])]
        )


def test_a_paper_without_a_number_is_nobodys_for_sure_until_something_else_tells(
    services: Services, counter: Counter
) -> None:
    """A wife's old certificate, handed in for her husband's dossier: it stands under his number, and tells her name."""
    old = {name: value for name, value in birth().items() if name != "personal_id"}
    kept = counter.keeps("birth_certificate", old, said=BINH)
    found = asked(services, "1.004884", BINH)
    (one,) = [one for one in found.components if one.record]
    assert (one.answer, one.record and one.record.id) == (Answer.THERE_BUT, kept)
    assert "ĐỖ THỊ NGỌC ÁNH" in one.reason_vi
    assert not any(
        filled.offer and filled.offer.sure
        for filled in found.form.values()
        if filled.offer and filled.offer.record
    )
    named = question(services, "1.004884", BINH, name="NGUYỄN VĂN BÌNH", today=TODAY)
    assert kept not in [
        one.record.id
        for one in ask(services, local_caller(), named).components
        if one.record and one.answer is Answer.THERE
    ]
    counter.keeps("birth_certificate", old, said=ANH)
    named = question(services, "1.004884", ANH, name="Đỗ Thị Ngọc Ánh", today=TODAY)
    assert Answer.THERE in {one.answer for one in ask(services, local_caller(), named).components}


def test_a_marriage_where_nothing_is_asked_for(services: Services, counter: Counter) -> None:
    counter.keeps("citizen_card", card())
    counter.keeps("birth_certificate", birth())
    found = asked(services, "1.000894", ANH, "thuong")
    answers = {one.answer for one in found.components if not one.component.form}
    assert answers == {Answer.LOOK_UP}
    assert not any(one.scan for one in found.components if not one.component.form)
    assert found.prefilled_share >= 0.2


def test_a_surrendered_original_is_asked_for_although_we_hold_its_copy(
    services: Services, counter: Counter
) -> None:
    kept = counter.keeps("marital_status_confirmation", single())
    found = asked(services, "1.004873", ANH, "reissue")
    assert the(found, "đã được cấp trước đó") == (Answer.TO_SURRENDER, kept)
    land_kept = counter.keeps("land_use_certificate", land())
    assert the(asked(services, "1.012783"), "Bản gốc") == (Answer.TO_SURRENDER, land_kept)


def test_an_expired_paper_and_one_too_old_for_this_procedure(services: Services, counter: Counter) -> None:
    kept = counter.keeps("citizen_card", card(expiry_date="2026-05-06"))
    answer, record = the(asked(services, "2.001263"), "Thẻ căn cước")
    assert (answer, record) == (Answer.THERE_BUT, kept)
    (one,) = [each for each in asked(services, "2.001263").components if each.record]
    assert [problem.code for problem in one.problems] == ["expired"]
    assert "đã hết hạn ngày 06/05/2026" in one.reason_vi


def test_two_people_of_one_name_and_birthday(services: Services, counter: Counter) -> None:
    counter.keeps("citizen_card", card())
    counter.keeps("household_business_registration", household(owner="079301009999"))
    found = asked(services, "2.001583", ANH, "from_household")
    assert the(found, "hộ kinh doanh") == (Answer.TO_SUBMIT, None)
    nobodys = {name: value for name, value in birth().items() if name != "personal_id"}
    kept = counter.keeps("birth_certificate", nobodys)
    found = asked(services, "1.004884", ANH, "thuong")
    assert the(found, "Bản sao Giấy khai sinh") == (Answer.IDENTITY_NOT_MATCHED, kept)
    assert found.form["noi_sinh"].offer is None


def test_a_person_with_an_old_and_a_new_number(services: Services, counter: Counter) -> None:
    counter.keeps("citizen_card", card(old_id="024123456"))
    kept = counter.keeps("household_business_registration", household(owner="024123456"))
    for number in (ANH, "024 123 456"):
        found = asked(services, "2.001583", number, "from_household")
        assert the(found, "hộ kinh doanh") == (Answer.THERE, kept)
    other = counter.keeps(
        "land_use_certificate", land("024123456", "LÊ VĂN TÁM")
    )  # nine digits were given twice
    assert the(asked(services, "1.013225", ANH, "house"), "đất đai") == (Answer.IDENTITY_NOT_MATCHED, other)


def test_a_contradiction_stands_side_by_side_and_is_not_chosen(services: Services, counter: Counter) -> None:
    counter.keeps("citizen_card", card())
    counter.keeps("birth_certificate", birth(born="2001-05-16"))
    found = asked(services, "1.004873")
    field = found.form["ngay_sinh"]
    assert {field.offer.value, *(one.value for one in field.conflicts)} == {"2001-05-06", "2001-05-16"}  # type: ignore[union-attr]
    assert not field.prefilled
    assert field.as_json()["sure"] is False
    replaced = asked(services, "1.004884", ANH, "thuong")
    answer, _ = the(replaced, "Bản sao Giấy khai sinh")
    assert answer is Answer.THERE_BUT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"confirmed": False}, "unconfirmed"),
        ({"wrong": ("number",)}, "contradicted"),
        ({"flags": ("low_resolution",)}, "poor_picture"),
    ],
)
def test_there_but(services: Services, counter: Counter, changes: dict[str, object], code: str) -> None:
    kept = counter.keeps("household_business_registration", household(), **changes)  # type: ignore[arg-type]
    found = asked(services, "2.001583", ANH, "from_household")
    (one,) = [each for each in found.components if each.record]
    assert (one.answer, one.record.id if one.record else None) == (Answer.THERE_BUT, kept)
    assert code in [problem.code for problem in one.problems]


def test_an_unsigned_copy_is_unavailable_until_it_is_signed(services: Services, counter: Counter) -> None:
    kept = counter.keeps("household_business_registration", household(), signed=False)
    found = asked(services, "2.001583", ANH, "from_household")
    assert the(found, "hộ kinh doanh") == (Answer.UNAVAILABLE, kept)


def test_a_paper_that_is_restricted_does_not_stand_in_and_says_why(
    services: Services, counter: Counter
) -> None:
    kept = counter.keeps("land_use_certificate", land())
    records.restrict(services, local_caller(), kept, reason="khiếu nại", order="12/YC")
    found = asked(services, "1.013225", ANH, "house")
    assert the(found, "giấy tờ hợp pháp về đất đai") == (Answer.THERE_BUT, kept)
    (told,) = [one for one in found.components if one.record]
    assert [problem.code for problem in told.problems] == ["restricted"]
    assert "đang bị hạn chế" in told.reason_vi
    assert kept not in {filled.offer.record for filled in found.form.values() if filled.offer}


def test_every_problem_of_a_paper_has_its_gravity() -> None:
    """Of several papers the one nearest to being usable is told of: whatever can be against one must be weighed."""
    source = inspect.getsource(judge)
    codes = set(re.findall(r'Problem\(\s*"(\w+)"', source))
    assert len(codes) > 10
    assert codes <= set(GRAVITY)


def test_another_name_ended_papers_and_the_better_of_two(services: Services, counter: Counter) -> None:
    counter.keeps("citizen_card", card())
    other = counter.keeps("household_business_registration", household(name="ĐỖ THỊ NGỌC ANH"))
    found = asked(services, "2.001583", ANH, "from_household")
    assert the(found, "hộ kinh doanh") == (Answer.THERE_BUT, other)
    good = counter.keeps("household_business_registration", household())
    assert the(asked(services, "2.001583", ANH, "from_household"), "hộ kinh doanh") == (Answer.THERE, good)
    for receipt in supersede(services.archive, good, newer=other, by="clerk", reason="đổi tên"):
        services.index.add(receipt.record, receipt.version)
    receipt = revoke(services.archive, other, by="clerk", reason="thu hồi")
    services.index.add(receipt.record, receipt.version)
    answer, _ = the(asked(services, "2.001583", ANH, "from_household"), "hộ kinh doanh")
    assert answer is Answer.THERE_BUT
    assert found.form["ten_ho_kinh_doanh"].offer is not None
    assert asked(services, "2.001583", ANH, "from_household").form["ten_ho_kinh_doanh"].offer is None


def test_a_child_under_14_without_a_number_brings_a_birth_certificate(
    services: Services, counter: Counter
) -> None:
    kept = counter.keeps("birth_certificate", birth(CHILD, "NGUYỄN GIA HÂN", "2020-01-02"))
    found = asked(services, "1.001456", CHILD, "no_number")
    assert the(found, "giấy khai sinh") == (Answer.THERE, kept)
    grown = asked(services, "1.001456", ANH, "no_number")
    assert not [one for one in grown.components if "khai sinh" in one.component.name]


def test_criminal_record_and_business_certificate_for_security(services: Services, counter: Counter) -> None:
    kept = counter.keeps("criminal_record_certificate", criminal())
    shop = counter.keeps("household_business_registration", household())
    found = asked(services, "2.001478", ANH, "thuong")
    assert the(found, "Phiếu lý lịch tư pháp") == (Answer.THERE, kept)
    assert the(found, "đăng ký kinh doanh") == (Answer.THERE, shop)
    assert found.prefilled_share >= 0.2


def test_what_was_asked_is_logged_with_its_purpose(services: Services, counter: Counter) -> None:
    kept = counter.keeps("land_use_certificate", land())
    asked(services, "1.013225", ANH, "house")
    (line,) = [line for line in services.audit.lines() if line["action"] == "reuse"]
    assert kept in line["object"]
    assert line["purpose"] == "story"


def test_every_form_is_at_least_a_fifth_filled(services: Services, counter: Counter) -> None:
    for type, values in {
        "citizen_card": card(),
        "birth_certificate": birth(),
        "marriage_certificate": marriage(),
        "household_business_registration": household(),
        "land_use_certificate": land(),
    }.items():
        counter.keeps(type, values)
    counter.keeps("citizen_card", card(BINH, "NGUYỄN VĂN BÌNH", "1999-09-09"))
    counter.keeps("residence_confirmation", residence())
    company = "0312345678"
    counter.keeps("enterprise_registration", enterprise(company))
    shares = {
        code: asked(
            services, code, company if code == "2.002041" else ANH, **dict.fromkeys(each.persons, BINH)
        ).prefilled_share
        for code, each in procedures().items()
    }
    assert {code: share for code, share in shares.items() if share < 0.2} == {}
    page = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text("utf-8")
    told = {code: int(share) for code, share in re.findall(r"`([0-9]\.[0-9]{6})` ([0-9]+) %", page)}
    assert told == {code: round(100 * share) for code, share in shares.items()}, (
        "docs/procedures.md states them"
    )


def test_wrong_questions_are_refused(services: Services) -> None:
    with pytest.raises(WrongSubject):
        question(services, "1.000894", "123")
    with pytest.raises(UnknownCase):
        question(services, "1.000894", ANH, cases=["nothing of the kind"])
    with pytest.raises(UnknownCase):
        question(services, "1.013225", ANH, cases=["house", "church"])
    with pytest.raises(AmbiguousCase) as several:
        question(services, "1.013225", ANH, cases=["cong trinh"])
    assert "Thủ tục này không có trường hợp" not in several.value.message_vi


def test_the_number_that_was_asked_by_is_in_the_form(services: Services) -> None:
    """No paper of theirs carries it yet."""
    found = asked(services, "1.000894")
    number = next(one for one in found.form.values() if not one.field.typed)
    told = number.as_json()
    assert (told["value"], told["source"], told["record"], told["sure"]) == (ANH, "asked", None, True)
    assert found.records == ()
    assert found.prefilled_share == 0
