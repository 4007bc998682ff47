"""Whatever goes wrong while pages are drawn, nothing is called equal: the comparison says that it cannot be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.verify import rendering
from pipeline.verify.rendering import NotComparable, first_difference


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "gave up"),
        ("printf 'P6\\n2 1\\n255\\nabc'", "half a picture"),
        ("printf 'P5\\n2 1\\n255\\nab'", "unexpected"),
        ("printf 'P6\\n9000 1\\n255\\n'; head -c 27000 /dev/zero", "unexpected"),
        ("exit 0", "cannot be drawn"),
        ("exec sleep 600", "too long"),
    ],
    ids=["fails", "half", "other format", "too large", "nothing", "hangs"],
)
def test_a_viewer_that_goes_wrong(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = tmp_path / "pdftoppm"
    viewer.write_text(f"#!/bin/sh\n{script}\n")
    viewer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(rendering, "PAGE_SECONDS", 1 if reason == "too long" else 60)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7\n")
    with (tmp_path / "paper.pdf").open("rb") as file, pytest.raises(NotComparable, match=reason):
        first_difference(file, 9, [1], {})
