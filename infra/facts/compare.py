"""Cloud against blueprint, in both directions: missing, extra, different. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from infra.facts.types import Comparison, Difference, Disagreement, Fact, Kind, Observation

_Identity = tuple[Kind, str]


def compare(site: str, expected: Iterable[Fact], observation: Observation) -> Comparison:
    """Every disagreement of a site, in the order of kinds and keys.

    Cloud names need not be unique: of several things with one key the first that is as expected counts, the rest is extra.
    """
    wanted, found = _grouped(expected), _grouped(observation.facts)
    order = list(Kind)
    rows: list[Disagreement] = []
    for identity in sorted(wanted.keys() | found.keys(), key=lambda one: (order.index(one[0]), one[1])):
        rows += _differences(site, identity, wanted.get(identity, []), found.get(identity, []))
    return Comparison(site, tuple(rows), _counts(wanted), _counts(found), observation.exempt)


def _grouped(facts: Iterable[Fact]) -> dict[_Identity, list[Fact]]:
    groups: dict[_Identity, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.kind, fact.key].append(fact)
    return groups


def _counts(groups: dict[_Identity, list[Fact]]) -> dict[Kind, int]:
    counts: Counter[Kind] = Counter()
    for (kind, _), facts in groups.items():
        counts[kind] += len(facts)
    return dict(counts)


def _differences(site: str, identity: _Identity, wanted: list[Fact], found: list[Fact]) -> Iterator[Disagreement]:
    kind, key = identity
    left = list(found)
    for fact in wanted:
        if not left:
            yield Disagreement(site, Difference.MISSING, kind, key, expected=_told(fact))
            continue
        match = next((one for one in left if one.values == fact.values), left[0])
        left.remove(match)
        for name in sorted(fact.values.keys() | match.values.keys()):
            is_wanted, is_found = fact.values.get(name, ""), match.values.get(name, "")
            if is_wanted != is_found:
                yield Disagreement(site, Difference.DIFFERENT, kind, key, name, is_wanted, is_found)
    for fact in left:
        yield Disagreement(site, Difference.EXTRA, kind, key, observed=_told(fact))


def _told(fact: Fact) -> str:
    """A whole thing in one line; the id where the cloud gave one, so that an extra thing can be found."""
    told = [f"{name}={value}" for name, value in sorted(fact.values.items()) if value]
    if fact.cloud_id:
        told.append(f"id={fact.cloud_id}")
    return " ".join(told)
