from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.procedures import (
    Mode,
    UnknownProcedure,
    WrongProcedure,
    databases,
    procedure,
    procedures,
    read_procedure,
    types_of,
)
from schemas.procedures.conditions import condition


def test_every_file_names_only_what_exists() -> None:
    assert len(procedures()) >= 24
    for code, each in procedures().items():
        assert each.code == code
        assert each.checked is not None
        assert each.source.decision
        assert each.results
        named = {base for one in each.components if one.look_up for base in one.look_up.databases}
        assert named <= set(databases())
        assert all(one.originals or one.copies or one.look_up for one in each.components)


def test_a_marriage_asks_for_no_birth_certificate_and_no_marital_status() -> None:
    types = {type for one in procedure("1.000894").components for type in types_of(one)}
    assert not types & {"birth_certificate", "marital_status_confirmation"}


@pytest.mark.parametrize(
    ("code", "type"),
    [
        ("1.004873", "marital_status_confirmation"),
        ("1.012783", "land_use_certificate"),
        ("1.013831", "land_use_certificate"),
    ],
)
def test_originals_that_are_taken_back(code: str, type: str) -> None:
    taken = [one for one in procedure(code).components if one.mode is Mode.SURRENDER]
    assert [types_of(one) for one in taken] == [(type,)]


def test_a_paper_may_be_named_by_its_result_code() -> None:
    found = read_procedure(
        written(components=[{"name": "x", "results": ["KQ.G15.000031"], "originals": 1}]), "1.000000.yaml"
    )
    assert types_of(found.components[0]) == ("birth_certificate",)


def test_the_suffix_of_an_agency_does_not_matter_nor_an_earlier_code() -> None:
    assert procedure("1.004873.000.00.00.H48") is procedure("1.004873")
    assert procedure("1.009994").code == "1.013225"
    for wrong in ("9.999999", "", "1", "1.2", "../../etc/passwd", "1.00089४"):
        with pytest.raises(UnknownProcedure):
            procedure(wrong)


def written(**changes: object) -> str:
    import yaml

    whole = {
        "code": "1.000000",
        "name": "x",
        "field": "x",
        "level": "x",
        "source": {"decision": "1/QĐ", "seen": "2026-07-20"},
        "components": [{"name": "x", "types": ["citizen_card"], "copies": 1}],
    }
    return yaml.safe_dump(whole | changes, allow_unicode=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"components": [{"name": "x", "types": ["passport"]}]},
        {"components": [{"name": "x", "when": "nobody_said"}]},
        {"components": [{"name": "x", "when": "age <"}]},
        {"components": [{"name": "x", "of": "child"}]},
        {"components": [{"shared": "nothing"}]},
        {"components": [{"name": "x", "look_up": {"databases": ["nothing"], "law": "x"}}]},
        {"components": [{"name": "x", "results": ["KQ40"]}]},
        {"components": {"name": "x"}},
        {"code": "1.000001"},
        {"form": {"a": {"label": "A", "sources": ["citizen_card.nothing"]}}},
        {"form": {"a": {"label": "A", "sources": ["citizen_card.self_name"]}}},
        {"code": "1.2"},
        {"extra": 1},
    ],
)
def test_what_does_not_exist_is_refused(changes: Mapping[str, object]) -> None:
    assert read_procedure(written(), "1.000000.yaml")
    with pytest.raises(WrongProcedure, match=r"1\.000000\.yaml"):
        read_procedure(written(**changes), "1.000000.yaml")


@pytest.mark.parametrize(
    "text", ["", "[]", "code: [", "code: 1", "lines of prose", "[" * 100_000, "- " * 100_000]
)
def test_what_is_no_procedure_is_refused(text: str) -> None:
    with pytest.raises(WrongProcedure):
        read_procedure(text, "x.yaml")


def test_a_wrong_line_is_told_by_the_name_of_its_component() -> None:
    wrong = [{"name": "Đơn"}, {"name": "Giấy khai sinh", "copy": 1}]
    with pytest.raises(WrongProcedure, match="components, “Giấy khai sinh”, copy: "):
        read_procedure(written(components=wrong), "1.000000.yaml")
    with pytest.raises(WrongProcedure, match=r"no such shared component: home; there are .*identity"):
        read_procedure(written(components=[{"shared": "home"}]), "1.000000.yaml")


NAMES = ("a", "b", "c")
EXPRESSIONS = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_conditions_mean_what_python_means_and_unknown_means_either(text: str) -> None:
    read = condition(text)
    for values in itertools.product((True, False), repeat=3):
        known = dict(zip(NAMES, values, strict=True))
        assert read.decide(known) is eval(text, {}, dict(known))
    for some in itertools.product((True, False, None), repeat=3):
        unsure = dict(zip(NAMES, some, strict=True))
        said = read.decide(unsure)
        open = [name for name, value in unsure.items() if value is None]
        answers = {
            read.decide(unsure | dict(zip(open, filled, strict=True)))
            for filled in itertools.product((True, False), repeat=len(open))
        }
        assert said is None or answers == {said}


def test_numbers_in_conditions() -> None:
    young = condition("age < 14 and not foreign")
    assert young.decide({"age": 13, "foreign": False}) is True
    assert young.decide({"age": 14}) is False
    assert young.decide({"foreign": False}) is None
    for wrong in ("age <", "and", "a b", "(a", "a)", "not", "a and", "1 < 2", "age < old", "a;b"):
        with pytest.raises(ValueError, match=r"."):
            condition(wrong)
