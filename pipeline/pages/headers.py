"""JPEG and JPEG 2000 pictures whose dictionary says otherwise than their own header: the header counts.

Other viewers decode what the header says. Poppler lays the rows out as the dictionary says, so that a picture of another size or with
other channels becomes stripes, of transparency within JPEG 2000 (``SMaskInData``) it makes rubbish, and luma with two colour differences (sYCC) it
shows as red, green and blue.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

import pikepdf

from pipeline.limits import guarded, logger

if TYPE_CHECKING:
    from PIL import Image

_JPEG, _JPEG_2000 = "/DCTDecode", "/JPXDecode"
_COLOURS = {"L": 1, "LA": 1, "I;16": 1, "RGB": 3, "RGBA": 3, "CMYK": 4}
"""Channels of colour by the mode in which Pillow decodes a picture."""

_CHANNELS = {
    "/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1,
    "/DeviceRGB": 3, "/RGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/CMYK": 4,
}  # fmt: skip
_SPACES = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB, 4: pikepdf.Name.DeviceCMYK}
_INK = 4
_TRANSPARENT = ("LA", "RGBA")

_SOI, _BEFORE = b"\xff\xd8\xff", 1024
"""How a JPEG begins, and how many bytes viewers skip to find it: some programs leave the end of a line there."""

_SYCC = b"colr\x01\0\0" + (18).to_bytes(4, "big"), b"colr\x01\0\1" + (18).to_bytes(4, "big")
"""How JPEG 2000 tells that its channels are luma and two differences (ISO/IEC 15444-1, I.5.3.3), and where: before its data."""

_BOXES = 4096

_MOST, _DEEPEST = 64, 8
"""So many pictures of a page are looked at, in forms that lie so deep in each other."""


def heed_headers(pdf: pikepdf.Pdf, number: int) -> bool:
    """Set right what the dictionaries of a page's pictures say, in ``pdf`` as it lies in memory; whether anything was wrong."""
    with suppress(Exception):  # what cannot be understood stays as it is
        wrong = [_heed(pdf, picture) for picture in pictures_of(pdf.pages[number - 1])]
        return any(wrong)
    return False


def pictures_of(page: pikepdf.Page) -> list[pikepdf.Stream]:
    """The pictures that a page and its forms may draw, so many at most; raises what a page gives that cannot be understood."""
    return list(islice(_pictures(page.resources, _DEEPEST), _MOST))


def channels_of(space: pikepdf.Object) -> int:
    """How many channels a colour space has; raises KeyError for one that is not known."""
    if not isinstance(space, pikepdf.Array):
        return _CHANNELS[str(space)]
    kind = str(space[0])
    if kind == "/ICCBased":
        return int(space[1].N)
    return len(space[1].as_list()) if kind == "/DeviceN" else _CHANNELS[kind]


def _pictures(resources: pikepdf.Object, deepest: int) -> Iterator[pikepdf.Stream]:
    for thing in resources.get("/XObject", {}).values():
        if not isinstance(thing, pikepdf.Stream):
            continue
        if str(thing.get("/Subtype")) == "/Image":
            yield thing
        elif deepest and "/Resources" in thing:
            yield from _pictures(thing.Resources, deepest - 1)


def _heed(pdf: pikepdf.Pdf, picture: pikepdf.Stream) -> bool:
    """Set one picture right; whether anything was wrong."""
    coding = picture.get("/Filter")
    if isinstance(coding, pikepdf.Array) and len(coding) == 1:
        coding = coding[0]
    if str(coding) not in {_JPEG, _JPEG_2000} or picture.get("/ImageMask", False):
        return False
    from PIL import Image

    try:
        data = picture.read_raw_bytes()
        start = data.find(_SOI, 0, _BEFORE) if str(coding) == _JPEG else 0
        with guarded(), Image.open(BytesIO(data[max(start, 0) :])) as inside:
            if start > 0:
                parameters = picture.get("/DecodeParms")
                picture.write(data[start:], filter=pikepdf.Name.DCTDecode)
                if parameters is not None:
                    picture.DecodeParms = parameters
            changed = _heed_size(picture, inside) or start > 0
            if str(coding) == _JPEG:
                return _heed_colours(picture, inside) or changed
            if int(picture.get("/SMaskInData", 0)) and "/SMask" not in picture:
                _part(pdf, picture, inside)
                return True
            if "/ColorSpace" not in picture and any(mark in data[:_BOXES] for mark in _SYCC):
                _unpack(picture, inside)
                return True
            return ("/ColorSpace" in picture and _heed_colours(picture, inside)) or changed
    except Exception:
        logger.debug("a picture's header was not understood", exc_info=True)
        return False


def _heed_size(picture: pikepdf.Stream, inside: Image.Image) -> bool:
    if (int(picture.Width), int(picture.Height)) == inside.size:
        return False
    picture.Width, picture.Height = inside.size
    return True


def _heed_colours(picture: pikepdf.Stream, inside: Image.Image) -> bool:
    """Number of channels, and the bits of each, which are always eight in a JPEG that Pillow opens."""
    changed = str(picture.Filter) != _JPEG_2000 and int(picture.get("/BitsPerComponent", 8)) != 8
    if changed:
        picture.BitsPerComponent = 8
    colours = _COLOURS[inside.mode]
    if channels_of(picture.ColorSpace) == colours:
        return changed
    picture.ColorSpace = _SPACES[colours]
    if "/Decode" in picture:
        del picture.Decode
    if colours == _INK and "adobe" in inside.info:  # Adobe's programs write ink as light
        picture.Decode = pikepdf.Array([1, 0] * _INK)
    return True


def _unpack(picture: pikepdf.Stream, inside: Image.Image) -> None:
    """The pixels themselves instead of JPEG 2000: as Pillow decodes them, grey or red, green and blue."""
    grey = _COLOURS[inside.mode] == 1
    picture.write(inside.convert("L" if grey else "RGB").tobytes())
    picture.BitsPerComponent = 8
    if "/ColorSpace" not in picture:
        picture.ColorSpace = _SPACES[1 if grey else 3]


def _part(pdf: pikepdf.Pdf, picture: pikepdf.Stream, inside: Image.Image) -> None:
    """Colour and transparency of a picture of JPEG 2000 as two pictures."""
    if inside.mode in _TRANSPARENT:
        *colours, alpha = inside.split()
        mask = pdf.make_stream(alpha.tobytes())
        mask.Type, mask.Subtype, mask.ColorSpace = (
            pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DeviceGray,
        )  # fmt: skip
        mask.Width, mask.Height = inside.size
        mask.BitsPerComponent = picture.BitsPerComponent = 8
        if "/ColorSpace" not in picture or channels_of(picture.ColorSpace) != len(colours):
            picture.ColorSpace = _SPACES[len(colours)]
        _unpack(picture, inside)
        picture.SMask = mask
    del picture["/SMaskInData"]
