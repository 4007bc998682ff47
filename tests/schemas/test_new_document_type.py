"""Follows docs/new-document-type.md to the letter: takes its example, puts it beside the types, draws a paper, reads it."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import re
import sys
from pathlib import Path
from random import Random

import pytest

import schemas.documents
from fixtures.generator.forms import form as drawn_form
from pipeline.extract import extract
from pipeline.papers.classify import classify
from schemas.documents import document_type, document_types, field_specs
from schemas.quality import quality_of
from tests.pipeline.drawn import reading

PAGE = Path(__file__).parents[2] / "docs" / "new-document-type.md"


@pytest.fixture
def new_type(tmp_path, monkeypatch):
    page = PAGE.read_text("utf-8")
    name = re.search(r"`schemas/documents/(\w+)\.py`", page)[1]
    (tmp_path / f"{name}.py").write_text(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], "utf-8")
    monkeypatch.setattr(schemas.documents, "__path__", [*schemas.documents.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    document_types.cache_clear()
    yield name
    sys.modules.pop(f"schemas.documents.{name}", None)
    document_types.cache_clear()


def test_the_page_is_enough(new_type):
    assert new_type in document_types()
    model = document_type(new_type)
    drawn = drawn_form.draw(Random(7), model)
    pages = reading(drawn)
    assert classify(pages)[0] == new_type
    record = extract(new_type, pages)
    found = {name: field.value for name, field in record.fields.items()}
    assert {name: found.get(name) for name in drawn.fields} == drawn.fields
    assert len(field_specs(model)) >= len(drawn.fields) >= 8
    assert quality_of(record).complete.met


def test_the_reference_is_up_to_date():
    script = PAGE.parents[1] / "script" / "documents"
    loader = importlib.machinery.SourceFileLoader("write_documents", str(script))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    assert (PAGE.parent / "documents.md").read_text("utf-8") == module.reference()
