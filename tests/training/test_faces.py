from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont

from training.faces import NEEDED, Face, choose, find_faces, sibling


def test_twins_of_times_new_roman_are_found_in_all_styles(faces: tuple[Face, ...]) -> None:
    tinos = {(face.bold, face.italic) for face in faces if face.family == "Tinos"}
    assert len(tinos) == 4
    assert {face.kind for face in faces if face.family in ("Tinos", "Liberation Serif")} == {"times"}
    assert {face.kind for face in faces if face.family == "Arimo"} == {"sans"}


def test_a_face_that_lacks_one_letter_is_left_out(faces: tuple[Face, ...], tmp_path: Path) -> None:
    whole = next(face for face in faces if (face.family, face.bold, face.italic) == ("Tinos", False, False))
    shutil.copy(whole.file, tmp_path / "whole.ttf")
    assert [face.family for face in find_faces([tmp_path])] == ["Tinos"]
    font = TTFont(whole.file)
    keep = Subsetter()
    keep.populate(unicodes=[ord(letter) for letter in NEEDED - {"ễ"}])
    keep.subset(font)
    (tmp_path / "whole.ttf").unlink()
    font.save(tmp_path / "lacking.ttf")
    assert find_faces([tmp_path]) == ()


def test_faces_are_chosen_among_those_given_and_have_siblings(faces: tuple[Face, ...]) -> None:
    rng = Random(1)
    chosen = {choose(rng, faces).kind for _ in range(200)}
    assert chosen >= {"times", "sans"}
    bold = sibling(faces, faces[0], bold=True, italic=False)
    assert (bold.family, bold.bold, bold.italic) == (faces[0].family, True, False)
