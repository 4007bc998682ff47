"""What poppler alone stumbles over: pictures that are otherwise than their dictionary says, layers that are switched by their usage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from pipeline.intake import take_in
from pipeline.pages import load_page
from tests.pipeline.papers import FULL, add_page, encoded, image_stream, picture
from tests.pipeline.test_as_shown import copy_of, looks


def saved(path: Path, image: Callable[[pikepdf.Pdf], pikepdf.Stream], content: str = FULL) -> Path:
    pdf = pikepdf.new()
    add_page(pdf, image(pdf), content)
    pdf.save(path)
    return path


def told(mode: str = "RGB", **entries: object) -> Callable[[pikepdf.Pdf], pikepdf.Stream]:
    """A JPEG of which the dictionary says this."""

    def made(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        image = image_stream(pdf, picture(mode), "jpeg")
        for key, value in entries.items():
            image[f"/{key}"] = value
        return image

    return made


def jpeg_2000(image: Image.Image, **entries: object) -> Callable[[pikepdf.Pdf], pikepdf.Stream]:
    def made(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        stream = pikepdf.Stream(pdf, encoded(image, "JPEG2000"))
        stream.Type, stream.Subtype, stream.Filter = Name.XObject, Name.Image, Name.JPXDecode
        stream.Width, stream.Height = image.size
        for key, value in entries.items():
            stream[f"/{key}"] = value
        return stream

    return made


def grey_of(path: Path) -> np.ndarray:
    """A page as it is read, coarse."""
    found = load_page(take_in(path), 1).picture
    grey = found if found.ndim == 2 else cv2.cvtColor(found, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (75, 103), interpolation=cv2.INTER_AREA)).astype(int)


def demand(path: Path, tmp_path: Path, *, mode: str = "RGB") -> None:
    """Read and copied must be ``picture()``, as any viewer shows it that decodes what is there."""
    right = saved(tmp_path / "right.pdf", told(mode))
    assert np.abs(grey_of(path) - grey_of(right)).max() < 90
    assert np.abs(looks(copy_of(path)) - looks(right)).max() < 90


@pytest.mark.parametrize(
    "entries",
    [
        {"Width": 320, "Height": 440},
        {"Width": 1280, "Height": 1760},
        {"Width": 880, "Height": 640},
        {"Height": 700},
        {"Height": 1000},
        {"ColorSpace": Name.DeviceGray},
        {"ColorSpace": Name.DeviceCMYK},
        {"BitsPerComponent": 1},
    ],
    ids=str,
)
def test_a_jpeg_is_what_its_header_says(tmp_path: Path, entries: dict[str, object]) -> None:
    demand(saved(tmp_path / "a.pdf", told(**entries)), tmp_path)


def test_a_jpeg_behind_the_end_of_a_line_is_one(tmp_path: Path) -> None:
    def made(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        image = told()(pdf)
        image.write(b"\r\n" + image.read_raw_bytes(), filter=Name.DCTDecode)
        return image

    demand(saved(tmp_path / "a.pdf", made), tmp_path)


def test_a_grey_jpeg_with_a_profile_of_colour_is_grey(tmp_path: Path) -> None:
    def made(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        profile = pdf.make_stream(b"none")
        profile.N, profile.Alternate = 3, Name.DeviceRGB
        return told("L", ColorSpace=Array([Name.ICCBased, profile]))(pdf)

    demand(saved(tmp_path / "a.pdf", made), tmp_path, mode="L")


def test_luma_and_differences_of_jpeg_2000_are_colours(tmp_path: Path) -> None:
    image = picture().convert("YCbCr")
    assert encoded(image, "JPEG2000").find(b"colr\x01\0\0\0\0\0\x12") > 0
    demand(saved(tmp_path / "a.pdf", jpeg_2000(image)), tmp_path)
    found = looks(copy_of(tmp_path / "a.pdf"))
    assert np.abs(found - looks(saved(tmp_path / "b.pdf", told()))).mean() < 3


@pytest.mark.parametrize(
    "entries",
    [{"Width": 320, "Height": 440}, {"ColorSpace": Name.DeviceGray}],
    ids=str,
)
def test_jpeg_2000_is_what_its_header_says(tmp_path: Path, entries: dict[str, object]) -> None:
    demand(saved(tmp_path / "a.pdf", jpeg_2000(picture(), **entries)), tmp_path)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_transparency_within_jpeg_2000(tmp_path: Path, mode: str) -> None:
    """What is transparent shows the paper, and nothing else changes."""
    image, alpha = picture(mode), Image.new("L", (640, 880), 255)
    image.paste(0, (300, 500, 500, 700))
    alpha.paste(0, (300, 500, 500, 700))
    image.putalpha(alpha)
    demand(saved(tmp_path / "a.pdf", jpeg_2000(image, SMaskInData=1)), tmp_path, mode=mode)


def test_a_layer_that_no_screen_shows_is_neither_read_nor_copied(tmp_path: Path) -> None:
    """Its usage says so; that it may be printed is another matter."""
    pdf = pikepdf.new()
    groups = Array([pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in "ab"])
    for group, state in zip(groups, (Name.ON, Name.OFF), strict=True):
        group.Usage = Dictionary(View=Dictionary(ViewState=state), Print=Dictionary(PrintState=Name.ON))
    switched = Dictionary(Event=Name.View, OCGs=groups, Category=Array([Name.View]))
    pdf.Root.OCProperties = Dictionary(
        OCGs=groups, D=Dictionary(OFF=Array([groups[0]]), AS=Array([switched]))
    )
    boxes = "/OC /A BDC 0 0 1 rg 100 40 20 20 re f EMC /OC /B BDC 1 0 0 rg 60 80 40 40 re f EMC"
    page = add_page(pdf, image_stream(pdf, picture()), f"{FULL} {boxes}")
    page.obj.Resources.Properties = Dictionary(A=groups[0], B=groups[1])
    pdf.save(tmp_path / "a.pdf")
    shown = load_page(take_in(tmp_path / "a.pdf"), 1).picture
    assert tuple(shown[460, 300]) == (255, 255, 255)
    assert tuple(shown[670, 460]) == (0, 0, 255)
    copied = looks(copy_of(tmp_path / "a.pdf"))
    small = cv2.resize(shown, copied.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(small - copied).max() < 90


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        (Name.StrikeOut, {}),
        (Name.Polygon, {}),
        (Name.Highlight, {"C": Array([1, 0, 0])}),
        (Name.Highlight, {"QuadPoints": Array([40, 60, 100, 60, 40, 40, 100, 40])}),
    ],
    ids=str,
)
def test_an_annotation_is_shown_by_its_appearance(
    tmp_path: Path, kind: Name, entries: dict[str, Array]
) -> None:
    """Without an outline poppler shows nothing of it, and of a highlight without a colour a black box."""
    pdf = pikepdf.new()
    look = pdf.make_stream(b"1 0 0 rg 0 0 60 20 re f")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 60, 20])
    note = Dictionary(
        Type=Name.Annot, Subtype=kind, F=4, Rect=Array([40, 40, 100, 60]), AP=Dictionary(N=look), **entries
    )
    page = add_page(pdf, image_stream(pdf, picture(), "jpeg"), FULL)
    page.obj.Annots = Array([pdf.make_indirect(note), None])
    pdf.save(tmp_path / "a.pdf")
    shown = load_page(take_in(tmp_path / "a.pdf"), 1).picture
    assert shown[670, 290, 0] > 200 > 60 > shown[670, 290, 1]
    copied = looks(copy_of(tmp_path / "a.pdf"))
    small = cv2.resize(shown, copied.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(small - copied).max() < 90


def test_a_file_that_does_not_say_where_its_objects_are_is_drawn(tmp_path: Path) -> None:
    """With objects in streams poppler finds none; what other viewers find is read and copied."""
    with pikepdf.open(saved(tmp_path / "right.pdf", told())) as pdf:
        pdf.save(tmp_path / "a.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    data = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[: data.rindex(b"startxref")] + b"startxref\n77\n%%EOF\n")
    demand(tmp_path / "a.pdf", tmp_path)
