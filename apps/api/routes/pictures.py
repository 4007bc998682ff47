"""Pages as pictures."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from apps.api.identity import Asking, Parts
from flows.desk.page_pictures import Box, Picture, Pictures
from schemas.errors import UsageError

router = APIRouter(prefix="/records/{document_id}/pages", tags=["records"])
_BOX = re.compile(r"(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})")


WEBP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/{number}.webp", response_class=Response, responses=WEBP)
def page(
    document_id: str,
    number: int,
    request: Request,
    services: Parts,
    caller: Asking,
    dpi: Annotated[int, Query(ge=36, le=300)] = 150,
    box: Annotated[
        str | None, Query(max_length=40, description="left,top,right,bottom in pixels of the page")
    ] = None,
) -> Response:
    """A page of the document (``number`` as in ``pages``), or the part of it in a box, as WebP.

    The header ``Sohoa-Scale`` tells how many pixels of the picture a pixel of the page is, ``Sohoa-Turns`` how many quarter
    turns clockwise make its text upright; a part of a page is upright already.
    """
    pictures: Pictures = request.app.state.pictures
    picture = pictures.page(services, caller, document_id, number, dpi=dpi, box=_box(box))
    return answer_with(picture, turns=0 if box else picture.turns)


def answer_with(picture: Picture, *, turns: int) -> Response:
    """A picture, and how it lies to the page as it was scanned."""
    headers = {
        "Cache-Control": "private, max-age=600",
        "Sohoa-Scale": f"{picture.scale:.6f}",
        "Sohoa-Turns": str(turns),
    }
    return Response(picture.data, media_type="image/webp", headers=headers)


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    found = _BOX.fullmatch(text)
    if found is None:
        raise UsageError("box is left,top,right,bottom")
    left, top, right, bottom = map(int, found.groups())
    return left, top, right, bottom
