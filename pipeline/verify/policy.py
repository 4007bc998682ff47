"""pyHanko's rules for updates, with one of its false alarms taken away.

Its rule for locked fields (FieldMDP) takes what it would let pass for what was changed: the look of a filled field that a signature locks
counted as changed as soon as anybody signed after. Here only objects that a revision writes count.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import HistoricalResolver
    from pyhanko.sign.diff_analysis import DiffPolicy, FormUpdate, ModificationLevel


@cache
def policy() -> DiffPolicy:
    """The rules; made when they are first asked for, since pyHanko is slow to import."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, FormUpdatingRule, StandardDiffPolicy

    class WrittenOnly(FormUpdatingRule):
        def apply(
            self, old: HistoricalResolver, new: HistoricalResolver
        ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
            written = new.explicit_refs_in_revision()  # type: ignore[no-untyped-call]
            return (found for found in super().apply(old, new) if found[1].updated_ref in written)

    theirs = DEFAULT_DIFF_POLICY
    assert isinstance(theirs, StandardDiffPolicy)
    assert theirs.form_rule is not None
    form = WrittenOnly(theirs.form_rule.field_rules, theirs.form_rule.ignored_acroform_keys)
    return StandardDiffPolicy(theirs.global_rules, form)
