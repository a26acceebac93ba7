"""What a wanted value refers to, wherever in it that stands."""

from __future__ import annotations

from policies.expected import Ext, Key, Ref, Role, references


def test_references_are_found_in_lists_and_maps() -> None:
    """In the order in which they stand; texts and figures refer to nothing."""
    ref, ext, role = Ref(Key("type", "name")), Ext("cloud", "extranet"), Role("member")
    assert list(references({"one": [ref, "text"], "two": {"three": ext}, "four": (role, 5)})) == [ref, ext, role]
    assert list(references("text")) == []
