"""Inventories and layout: agreed with by another implementation, and never confused by what they read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocfl.layout_0003_hash_and_id_n_tuple import (  # type: ignore[import-untyped]
    Layout_0003_Hash_And_Id_N_Tuple,
)

from schemas.errors import Corrupt
from storage.ocfl import inventory as inv
from storage.ocfl.layout import id_of, object_of, object_path
from storage.stores.protocol import digests

ids = st.text(min_size=1, max_size=150).filter(
    lambda s: s.isprintable() and s.encode(errors="ignore").decode() == s
)


def part_of(data: bytes) -> inv.Part:
    sha512, sha256 = digests(data, ("sha512", "sha256"))
    return inv.Part(sha512, sha256, len(data))


moments = st.timedeltas(timedelta(days=-300_000), timedelta(days=1_000_000)).map(
    datetime(2026, 1, 1, tzinfo=UTC).__add__
)
writable = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
parts = st.dictionaries(
    st.from_regex(r"[a-z]{1,12}(\.[a-z]{1,5}){0,2}", fullmatch=True),
    st.binary(max_size=3).map(part_of),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("message", ["a\0b", "\ud800"])
def test_no_inventory_is_written_that_would_not_be_read(message: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        inv.first("id", {"a": part_of(b"")}, datetime(2026, 1, 1, tzinfo=UTC), message, "b")


@given(ids)
def test_paths_are_those_of_another_implementation(id: str) -> None:
    path = object_path(id)
    assert path == Layout_0003_Hash_And_Id_N_Tuple().identifier_to_path(id)
    assert object_of(f"{path}/v1/content/x") == object_of(f"{path}/inventory.json") == path
    assert id_of(path) in (id, None)


@given(ids, st.lists(parts, min_size=1, max_size=4), moments, writable)
def test_inventories_survive_writing_and_reading(
    id: str, versions: list[dict[str, inv.Part]], at: datetime, message: str
) -> None:
    made = inv.first(id, versions[0], at, message, "người dùng")
    for more in versions[1:]:
        made = inv.next_version(made, more, at, message, "b")
    read = inv.parse(made.to_bytes(), "here")
    assert read == made
    assert read.to_bytes() == made.to_bytes()
    assert read.head.number == len(versions)
    assert set(versions[-1]) <= set(read.head.state)
    assert all(digest in read.manifest for version in read.versions for digest in version.state.values())
    assert len(set(read.manifest.values())) == len(read.manifest)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_a_changed_inventory_is_read_or_refused(data: st.DataObject) -> None:
    good = inv.first(
        "urn:x", {"a.txt": inv.Part("0" * 128, "1" * 64, 3)}, datetime(2026, 1, 1, tzinfo=UTC), "m", "u"
    )
    document = json.loads(good.to_bytes())
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(json_values)
    try:
        inv.parse(json.dumps(document).encode(), "here")
    except Corrupt:
        return


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"id": 1}'])
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(Corrupt):
        inv.parse(junk, "here")
