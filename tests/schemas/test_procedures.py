from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.documents import UnknownType
from schemas.procedures import Procedure, UnknownProcedure, procedure, procedures


def test_every_file_names_only_what_exists():
    assert len(procedures()) >= 5
    for code, each in procedures().items():
        assert each.code == code
        assert any(not component.reusable for component in each.components)
        assert any(form_field.required and form_field.sources for form_field in each.form.values())


def test_the_suffix_of_an_agency_does_not_matter():
    assert procedure("1.004873.000.00.00.H48") is procedure("1.004873")
    with pytest.raises(UnknownProcedure):
        procedure("9.999999")


def parts(**changes):
    whole = {
        "code": "1.000000",
        "name": "x",
        "field": "x",
        "level": "x",
        "components": [{"name": "x", "types": ["citizen_card"]}],
    }
    return whole | changes


def test_what_does_not_exist_is_refused():
    assert Procedure.model_validate(parts())
    with pytest.raises(UnknownType):
        Procedure.model_validate(parts(result="passport"))
    with pytest.raises(ValidationError, match="no such record field"):
        Procedure.model_validate(parts(form={"a": {"label": "A", "sources": ["citizen_card.nothing"]}}))
    with pytest.raises(ValidationError):
        Procedure.model_validate(parts(code="1.2"))
    with pytest.raises(ValidationError):
        Procedure.model_validate(parts(extra=1))
