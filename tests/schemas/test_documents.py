from __future__ import annotations

from random import Random

import pytest
from jsonschema import Draft202012Validator, ValidationError, validate

from fixtures.generator.forms import card
from fixtures.generator.forms import form as drawn_form
from schemas.documents import Layout, Position, UnknownType, document_type, document_types, field_specs
from schemas.documents.base import BadDeclaration, Document, Form, check_declaration, printed
from schemas.documents.relations import Relations
from schemas.json_schema import json_schema
from schemas.values import PersonName

PROMISED = {
    "administrative_document": "kind number issuing_agency parent_agency issue_place issue_date excerpt urgency"
    " recipients signer_authority signer_title signer_name other_signers",
    "birth_certificate": "number full_name birth_date birth_date_words sex ethnicity nationality birth_place"
    " home_place personal_id mother_name mother_birth_year mother_ethnicity mother_nationality mother_residence"
    " father_name father_birth_year father_ethnicity father_nationality father_residence declarant_name"
    " registration_place registration_date signer_name",
    "marriage_certificate": "number wife_name wife_birth_date wife_ethnicity wife_nationality wife_residence"
    " wife_personal_id husband_name husband_birth_date husband_ethnicity husband_nationality husband_residence"
    " husband_personal_id registration_place registration_date signer_name",
    "death_extract": "number full_name birth_date sex personal_id residence death_date death_place death_cause"
    " death_notice registration_place registration_date signer_name",
    "marital_status_confirmation": "number full_name birth_date sex personal_id residence marital_status purpose"
    " issuing_agency issue_date valid_until signer_name",
    "residence_confirmation": "number full_name birth_date sex personal_id permanent_residence current_residence"
    " household_head issuing_agency issue_date signer_name",
    "citizen_card": "personal_id full_name birth_date sex nationality home_place residence issue_date expiry_date"
    " old_id",
    "household_business_registration": "number first_registration_date business_name address phone business_lines"
    " capital owner_name owner_birth_date owner_sex owner_personal_id owner_residence issuing_agency signer_name",
    "enterprise_registration": "enterprise_code first_registration_date change_number change_date name name_foreign"
    " name_short head_office charter_capital representative_name representative_title representative_personal_id"
    " issuing_agency signer_name",
    "land_use_certificate": "serial register_number owner_name owner_personal_id owner_address parcel_number"
    " map_sheet parcel_address area_m2 use_form use_purpose use_term use_origin issuing_agency issue_date signer_name",
    "construction_permit": "number owner_name owner_address work_name parcel_number map_sheet work_address floors"
    " floor_area_m2 height_m issuing_agency issue_date valid_until signer_name",
    "criminal_record_certificate": "number full_name birth_date sex birth_place nationality residence personal_id"
    " status issuing_agency issue_date signer_name",
    "application_form": "title addressed_to applicant_name birth_date personal_id residence phone content place date",
    "receipt_slip": "dossier_code procedure_name applicant_name applicant_address phone components received_at due_at"
    " officer_name",
}


def test_types_and_names_of_fields_are_those_promised():
    assert set(document_types()) >= set(PROMISED)
    for name, fields in PROMISED.items():
        assert {each.name for each in field_specs(document_type(name))} >= set(fields.split())


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_declarations_hold_together(name):
    model = document_type(name)
    fields = {each.name: each for each in field_specs(model)}
    for each in fields.values():
        assert each.printed.labels or each.printed.spot is not Position.LABEL, each.name
    others = [name for pair in model.form.other_subjects for name in pair]
    for named in (*model.form.subject, *others, model.form.valid_from, model.form.valid_until):
        assert named is None or named in fields
    sections = {each.printed.section for each in fields.values()}
    assert set(model.form.headings) <= sections
    assert set(model.form.columns) <= sections
    assert model.form.titles or model.form.layout is Layout.ADMINISTRATIVE
    assert model.__doc__
    Draft202012Validator.check_schema(json_schema(model))


def test_unknown_types_and_fields_are_refused():
    with pytest.raises(UnknownType):
        document_type("passport")
    slip = json_schema(document_type("receipt_slip"))
    validate({"dossier_code": "000.00.01.H48-250117-0012", "phone": None}, slip)
    with pytest.raises(ValidationError, match="nothing"):
        validate({"nothing": "x"}, slip)


def test_a_field_without_labels_declaration_is_refused():
    class Half(Document):
        form = Form(type="half", name="", titles=("X",), layout=Layout.FORM)
        good: PersonName = printed("Họ và tên")
        bad: str | None = None

    with pytest.raises(TypeError, match=r"Half\.bad"):
        field_specs(Half)


def _form(**more):
    return Form(type="half", name="Nửa vời", titles=("NỬA VỜI",), **{"layout": Layout.FORM, **more})


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (_form(subject=("personal_id", "full_name")), "no field personal_id"),
        (_form(relations=Relations(past=("issue_date",))), "no field issue_date"),
        (_form(columns=("wife", "husband")), "section"),
        (_form(codes=("barcode",)), "codes"),
    ],
)
def test_declarations_that_cannot_work_are_refused_with_the_reason(form, reason):
    class Half(Document):
        full_name: PersonName = printed("Họ và tên")

    Half.form = form
    with pytest.raises(BadDeclaration, match=reason):
        check_declaration(Half)


def test_a_card_with_a_value_at_a_place_of_letters_is_refused():
    class Card(Document):
        form = _form(layout=Layout.CARD)
        full_name: PersonName = printed("Họ và tên")
        signer: PersonName = printed(at=Position.SIGNER_NAME)

    with pytest.raises(BadDeclaration, match=r"half\.signer: cards"):
        check_declaration(Card)


def test_what_cannot_be_drawn_is_refused_with_the_reason():
    class Card(Document):
        form = _form(layout=Layout.CARD)
        full_name: PersonName = printed("Họ và tên")

    class Letter(Document):
        form = _form()
        excerpt: PersonName = printed(at=Position.EXCERPT)

    with pytest.raises(ValueError, match="half: only the citizen card"):
        card.draw(Random(1), Card)
    with pytest.raises(ValueError, match=r"half\.excerpt: forms have no excerpt"):
        drawn_form.draw(Random(1), Letter)
