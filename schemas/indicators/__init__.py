"""Sets of indicators (*bộ chỉ số*) as data: what is counted, by which formula, for how many points, since when, by which law."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import Field as PydanticField
from pydantic import model_validator

from schemas.errors import UsageError
from schemas.frozen import Frozen

FIGURES: Mapping[str, str] = {
    "received": "Hồ sơ tiếp nhận",
    "components_digitized": "Đã số hóa thành phần hồ sơ",
    "components_not_digitized": "Chưa số hóa thành phần hồ sơ",
    "reused": "Có dùng lại dữ liệu đã số hóa",
    "refused": "Người dân không đồng ý dùng lại",
    "resolved": "Đã giải quyết",
    "results_digitized": "Đã số hóa kết quả",
    "results_not_digitized": "Chưa số hóa kết quả",
    "results_signed": "Có kết quả điện tử đã ký số",
    "results_in_store": "Có kết quả trong kho dữ liệu điện tử",
    "both_digitized": "Đã số hóa cả thành phần và kết quả",
}
"""What is counted, in dossiers: the columns of a report, with their Vietnamese headings."""


class Indicator(Frozen):
    """One indicator: ``numerator`` of ``denominator`` (names of figures); all points from the share ``full_at`` on.

    Without a numerator we cannot count it: it is named with the data that it ``needs``, and gets no points.
    """

    id: str
    name: str
    numerator: str | None = None
    denominator: str = "received"
    points: float = PydanticField(gt=0)
    full_at: float = PydanticField(default=1.0, gt=0, le=1)
    needs: str = ""

    @model_validator(mode="after")
    def _figures_exist(self) -> Indicator:
        for name in filter(None, (self.numerator, self.denominator)):
            if name not in FIGURES:
                raise ValueError(f"{self.id}: no such figure: {name}")
        if (self.numerator is None) != bool(self.needs):
            raise ValueError(f"{self.id}: tell a numerator, or what is needed to count it")
        return self

    def share(self, figures: Mapping[str, int]) -> float | None:
        """The share (0–1); None where it is not counted or nothing was received."""
        if self.numerator is None or not figures[self.denominator]:
            return None
        return figures[self.numerator] / figures[self.denominator]

    def scored(self, figures: Mapping[str, int]) -> float:
        """The points earned, 0 to ``points``: in proportion to the share, all of them from a share of ``full_at`` on."""
        share = self.share(figures)
        return 0.0 if share is None else round(self.points * min(share / self.full_at, 1.0), 4)


class IndicatorSet(Frozen):
    """A set of indicators as a decision sets it, in force from a day on until the next set."""

    id: str
    law: str
    start: date = PydanticField(alias="from")
    to_check: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...]


@cache
def indicator_sets() -> tuple[IndicatorSet, ...]:
    """All sets, the oldest first."""
    import yaml

    found = [
        IndicatorSet.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in files(__package__).iterdir()
        if file.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def indicator_set(name: str | None, day: date) -> IndicatorSet:
    """The set of this name, or else the one in force on a day; raises UsageError."""
    fitting = [one for one in indicator_sets() if (one.id == name if name else one.start <= day)]
    if not fitting:
        raise UsageError(f"no set of indicators {name or f'in force on {day}'}")
    return fitting[-1]
