"""The quality gate: what the clerk should know before the paper goes back into its folder.

Each doubt has a stable code, a sentence for the clerk that says what to do, and one for the operator with the figures.
The thresholds lie where reading begins to suffer; what our own cleaning takes away is no reason to scan again.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from pipeline.clean.measure import Measure, Overview
from pipeline.layout.masks import Mask
from pipeline.model import Picture, Warning

LEAST_DPI = 200
"""Decree 30/2020/NĐ-CP, annex I, and Circular 05/2025/TT-BNV, article 8, ask for this resolution at least."""

_DPI_TOLERANCE = 0.97
"""Fax is 196 lines an inch on paper that is called 200 dpi."""

_WIDEST_EDGE_MM = 0.19
"""Blur of the letters' edges, a tenth of the x-height of 13-point print: from there errors grow fast (measured)."""

_WIDEST_STROKE = 9
"""Pixels of the look: what is inked all around within them is a black box or a picture, and no rim of a letter."""

_WIDEST_SKEW = 3.0
"""Degrees that no feeder reaches unless the sheet went in askew."""

_DARKEST_PAPER = 100
_LEAST_CONTRAST = 80
"""Grey levels of paper, and between paper and ink (0–255)."""

_CUT_LETTERS = 4
"""So many letters at one edge are text that goes on beyond it; fewer are dust and rims."""

BLANK = Warning(
    "blank",
    "Trang trắng, không có nội dung; trang vẫn được lưu. Có phải đã quét nhầm mặt giấy không?",
    "Nothing is written on the page; it is kept. Was the wrong side scanned?",
)

BLACK = Warning(
    "black",
    "Trang đen hoàn toàn, không có nội dung; trang vẫn được lưu. Có phải chưa đặt giấy hoặc máy quét bị lỗi không?",
    "The page is all black; it is kept. Was there a paper on the glass?",
)

PICTURE_ONLY = Warning(
    "picture_only",
    "Trang có hình, dấu hoặc chữ ký nhưng không đọc được chữ in nào; hãy kiểm tra trang này.",
    "There is ink on the page, but no text was found.",
)

ILLEGIBLE = Warning(
    "illegible",
    "Hầu như không đọc được chữ trên trang này (ảnh bị lật gương, chữ viết tay hoặc tiếng nước ngoài?); "
    "đừng dùng phần chữ máy đọc khi chưa so với ảnh.",
    "Hardly a word was read with confidence: is the page mirrored, written by hand or in another language?",
)


def judge(overview: Overview, found: Measure, dpi: float) -> tuple[Warning, ...]:
    """What is doubtful about a page that is not blank; ``dpi`` is that of the page as scanned."""
    warnings = [_resolution(dpi), _skew(found.skew)]
    if found.letters >= 20:
        contrast = 250 - _level(overview.even, overview.mask, 0.1)
        edge = edge_width(overview, contrast, dpi * overview.scale)
        warnings += [_contrast(contrast), _light(overview), _blur(edge), _cut_off(overview, found)]
    return tuple(warning for warning in warnings if warning)


def _resolution(dpi: float) -> Warning | None:
    if dpi >= LEAST_DPI * _DPI_TOLERANCE:
        return None
    return Warning(
        "low_resolution",
        f"Ảnh quét {dpi:.0f} dpi, thấp hơn mức tối thiểu {LEAST_DPI} dpi (Nghị định 30/2020/NĐ-CP, "
        "Thông tư 05/2025/TT-BNV); hãy quét lại ở 300 dpi.",
        f"{dpi:.0f} dpi; Decree 30/2020/ND-CP annex I and Circular 05/2025/TT-BNV art. 8 ask for {LEAST_DPI} at least.",
    )


def _skew(skew: float) -> Warning | None:
    if abs(skew) <= _WIDEST_SKEW:
        return None
    return Warning(
        "skewed",
        f"Trang bị nghiêng {abs(skew):.0f}°; hãy đặt giấy thẳng và quét lại.",
        f"The page is skewed by {skew:.1f} degrees.",
    )


def _light(overview: Overview) -> Warning | None:
    if overview.paper >= _DARKEST_PAPER:
        return None
    return Warning(
        "too_dark",
        "Ảnh quá tối; hãy tăng độ sáng và quét lại ở 300 dpi.",
        f"The paper is at grey level {overview.paper:.0f} of 255.",
    )


def _contrast(contrast: float) -> Warning | None:
    if contrast >= _LEAST_CONTRAST:
        return None
    return Warning(
        "too_light",
        "Chữ quá nhạt so với nền giấy; hãy giảm độ sáng, tăng độ tương phản và quét lại ở 300 dpi.",
        f"Ink and paper are {contrast:.0f} grey levels of 255 apart.",
    )


def _blur(edge: float) -> Warning | None:
    if edge <= _WIDEST_EDGE_MM:
        return None
    return Warning(
        "blurred",
        "Chữ bị nhòe; hãy lau mặt kính, giữ yên giấy và quét lại ở 300 dpi.",
        f"The edges of letters are smeared over {edge:.2f} mm; {_WIDEST_EDGE_MM} mm is the limit.",
    )


def edge_width(overview: Overview, contrast: float, dpi: float) -> float:
    """How far the edges of letters are smeared, in mm, beyond what the pixels of the look (``dpi``) smear by themselves.

    It is the contrast of ink and paper over the slope that the steepest fifth of the ink's rims reach.
    """
    kernel = np.ones((3, 3), np.uint8)
    slope = np.asarray(cv2.morphologyEx(overview.even, cv2.MORPH_GRADIENT, kernel), np.uint8)
    rims = np.asarray(cv2.dilate(overview.mask, kernel), np.uint8)
    rims[cv2.erode(overview.mask, np.ones((_WIDEST_STROKE, _WIDEST_STROKE), np.uint8)) > 0] = 0
    steep = _level(slope, rims, 0.8) / max(contrast, 1.0)
    pixel = 25.4 / dpi
    return pixel * math.sqrt(max(1 / max(steep, 0.01) ** 2 - 1, 0.0))


def _level(picture: Picture, mask: Mask, share: float) -> float:
    """The grey level that this share of the masked pixels does not exceed; every third row is enough to know."""
    rows, of_rows = np.ascontiguousarray(picture[::3]), np.ascontiguousarray(mask[::3])
    counts = cv2.calcHist([rows], [0], of_rows, [256], [0, 256]).ravel()
    return float(np.searchsorted(counts.cumsum(), share * counts.sum()))


def _cut_off(overview: Overview, found: Measure) -> Warning | None:
    height, width = overview.even.shape
    size = found.x_height * overview.scale
    parts = overview.parts
    tall = (parts.height >= 0.5 * size) & (parts.height <= 3.4 * size) & (parts.width <= 8 * size)
    touching = {
        "trái": parts.left <= 1,
        "phải": parts.right >= width - 1,
        "trên": parts.top <= 1,
        "dưới": parts.bottom >= height - 1,
    }
    cut = [side for side, touches in touching.items() if int((tall & touches).sum()) >= _CUT_LETTERS]
    if not cut:
        return None
    return Warning(
        "cut_off",
        f"Chữ bị cắt ở mép {', '.join(cut)} của ảnh; hãy đặt lại giấy và quét lại.",
        "Letters touch the edge of the picture.",
    )
