"""The README's examples in Python run as they stand there, one after the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.papers import put
from tests.scans import page

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
_EXAMPLES = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_examples_in_python_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services = Services(load_settings())
    services.open_archive(create=True)
    paper = put(services, 1, text="giấy khai sinh")
    monkeypatch.chdir(tmp_path)
    page("GIẤY KHAI SINH").save("khai-sinh.pdf", resolution=200)
    examples = _EXAMPLES.findall(README)
    assert len(examples) == 2
    told = dict[str, object]()
    for example in examples:
        exec(compile(example, "README.md", "exec"), told)
    assert told["page"].picture.shape[:2] == (1165, 827)  # type: ignore[attr-defined]
    assert capsys.readouterr().out == f"{paper} unconfirmed\n"
    assert [line["action"] for line in services.audit.lines()][-2:] == ["find", "view"]
