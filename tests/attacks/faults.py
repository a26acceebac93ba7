"""Faulty judges: each lets one kind of attack through, by one small fault (one of them sits in two places), and no other attack of the list.

The list is `KINDS`. An attack that is not in it is of the same kind as one that is, is refused by two checks that have nothing to do with
each other, or is about what only the engine or the guard rail does. Faults are put into the judges that both the pack and the guard rail
ask (policies.conformance), or into the pack itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from unittest.mock import patch

from policies import conformance, pack
from policies.conformance import Conformance
from policies.expectations import tokens
from policies.expected import PLACEHOLDER, UNKNOWN, Ext, Ref, Role, references
from policies.resource_types import Harmless

_RANGE = re.compile(r"[0-9a-f.:]+/[0-9]+")


@dataclass(frozen=True)
class Fault:
    """A fault of a judge: what it does wrong, in words, and what puts it there for as long as it is wanted."""

    says: str
    put: Callable[[], AbstractContextManager[Any]]


def _instead(target: Any, name: str, faulty: Callable[..., Any]) -> Callable[[], AbstractContextManager[Any]]:
    """`faulty` gets the honest function first."""
    honest = getattr(target, name)

    def called(*args: Any, **more: Any) -> Any:
        return faulty(honest, *args, **more)

    return lambda: patch.object(target, name, called)


def _harmless(*types: str) -> Fault:
    """A line of resource_types.toml under the wrong heading."""
    put = _instead(conformance, "treatment", lambda honest, token: Harmless("") if token in types else honest(token))
    return Fault(f"takes {', '.join(token.rsplit(':', 1)[-1] for token in types)} for harmless", put)


def _beside(token: str) -> Fault:
    """Judges what the blueprint has of a type, and not what there is besides."""

    def faulty(honest: Any, self: Conformance, key: Any, *rest: Any) -> Any:
        return [] if key.type == token and key not in self.expected else honest(self, key, *rest)

    return Fault(
        f"does not see a {token.rsplit(':', 1)[-1]} beside those of the blueprint",
        _instead(Conformance, "resource", faulty),
    )


def _overlooks(*properties: str) -> Fault:
    def faulty(honest: Any, *args: Any) -> Iterator[Any]:
        return ((name, given) for name, given in honest(*args) if name not in properties)

    return Fault(f"has no eye for {' and '.join(properties)}", _instead(conformance, "_differences", faulty))


def _unmentioned(which: str, overlooked: Callable[[object], bool]) -> Fault:
    """What the blueprint does not mention is looked at, but for one sort of values."""

    def faulty(honest: Any, wanted: Any, inputs: Any, defaults: Any, ids: Any) -> Iterator[Any]:
        found = honest(wanted, inputs, defaults, ids)
        return ((name, given) for name, given in found if name in wanted or name in defaults or not overlooked(given))

    return Fault(
        f"overlooks {which} that the blueprint does not mention", _instead(conformance, "_differences", faulty)
    )


def _matching(says: str, passes: Callable[[Any, Any], bool]) -> Fault:
    """Values are compared, but some that differ pass."""

    def faulty(honest: Any, wanted: Any, given: Any, ids: Any) -> bool:
        return passes(wanted, given) or honest(wanted, given, ids)

    return Fault(says, _instead(conformance, "matches", faulty))


def _sourced(says: str, passes: Callable[[set[Any], frozenset[Any]], bool]) -> Fault:
    """Where ids come from is judged, but some wrong sources pass."""

    def faulty(honest: Any, self: Conformance, key: Any, inputs: Any, on: Any, *, across: bool) -> Any:
        wanted = self.expected[key].inputs if key in self.expected else {}
        told = {name: _told(self, value) for name, value in wanted.items()}
        honestly = {n: frozenset(told[n]) for n in told if told[n] and passes(told[n], on.get(n, frozenset()))}
        return honest(self, key, inputs, {**on, **honestly}, across=across)

    return Fault(says, _instead(Conformance, "dependencies", faulty))


@contextmanager
def _fixed_texts() -> Iterator[None]:
    """Two judges look at a fixed text: one at its source, which is none, one at its value, which no cloud has issued yet."""

    def faulty(honest: Any, wanted: Any, *rest: Any) -> Iterator[Any]:
        found = honest(wanted, *rest)
        return (
            (name, given)
            for name, given in found
            if not isinstance(wanted.get(name), Ref) or not isinstance(given, str)
        )

    with (
        _sourced("", lambda wanted, on: not on).put(),
        _instead(conformance, "_differences", faulty)(),
    ):
        yield


def _told(self: Conformance, value: Any) -> set[Any]:
    return {self.source(reference) for reference in references(value) if isinstance(reference, Ref)}


def _option(name: str) -> Fault:
    def faulty(honest: Any, args: Any) -> Iterator[Any]:
        return (line for line in honest(args) if f" {name}：" not in line)

    return Fault(f"the pack forgets option {name}", _instead(pack, "_refused_options", faulty))


def _stack(says: str, forgiven: Callable[[Conformance, list[Any]], list[Any]]) -> Fault:
    """The whole stack is judged as if these keys were there as well, or not twice."""

    def faulty(honest: Any, self: Conformance, keys: Any) -> Any:
        return honest(self, forgiven(self, list(keys)))

    return Fault(says, _instead(Conformance, "stack", faulty))


def _exports(says: str, passes: Callable[[Conformance, str], bool]) -> Fault:
    def faulty(honest: Any, self: Conformance, name: str, *rest: Any) -> Any:
        return [] if passes(self, name) else honest(self, name, *rest)

    return Fault(says, _instead(Conformance, "export", faulty))


def _whole_list(wanted: Any, given: Any) -> bool:
    return isinstance(wanted, list | tuple) and isinstance(given, list) and bool(given)


def _contains(wanted: Any, given: Any) -> bool:
    return _whole_list(wanted, given) and all(item in given for item in wanted)


def _contained(wanted: Any, given: Any) -> bool:
    return _whole_list(wanted, given) and all(item in wanted for item in given)


def _first_keys(wanted: Any, given: Any) -> bool:
    """Lists of maps that agree in `destinationCidr`, whatever else the maps say."""
    if not _whole_list(wanted, given) or not all(isinstance(item, Mapping) for item in [*wanted, *given]):
        return False
    ends = [sorted(str(item.get("destinationCidr")) for item in items) for items in (wanted, given)]
    return ends[0] == ends[1] and ends[0][0] != "None"


def _a_remote_group_will_do(honest: Any, wanted: Any, inputs: Any, *rest: Any) -> Iterator[Any]:
    grouped = bool(inputs.get("remoteGroupId"))
    found = honest(wanted, inputs, *rest)
    return ((name, given) for name, given in found if not grouped or name not in ("remoteGroupId", "remoteIpPrefix"))


def _own_cloud(honest: Any, self: Conformance, key: Any, inputs: Any) -> Any:
    return honest(self, key, {"cloud": inputs.get("cloud")})


def _as_if_to_come(self: Conformance, keys: list[Any]) -> list[Any]:
    return [*keys, *self.expected] if self.expected.keys().isdisjoint(keys) else keys


def _as_if_all_there(self: Conformance, keys: list[Any]) -> list[Any]:
    return keys if self.expected.keys().isdisjoint(keys) else [*keys, *(self.expected.keys() - set(keys))]


def _contains_range(wanted: Any, given: Any) -> bool:
    """Both are ranges of addresses, and the given one has all that is wanted."""
    if not all(isinstance(value, str) and _RANGE.fullmatch(value) for value in (wanted, given)):
        return False
    inner, outer = ip_network(wanted), ip_network(given)
    return inner.version == outer.version and outer.supernet_of(inner)  # type: ignore[arg-type]  # of one version


KINDS: Mapping[str, Fault] = {
    # What there is: types, and resources beside those of the blueprint
    "bgp_vpn": _harmless("openstack:bgpvpn/v2:V2"),
    "floating_ip": _harmless("openstack:networking/floatingIp:FloatingIp"),
    "foreign_component": Fault(
        "takes a type that nobody listed for harmless",
        _instead(
            conformance,
            "treatment",
            lambda honest, token: honest(token) if token.startswith("openstack:") else Harmless(""),
        ),
    ),
    "inherited_role": _harmless("openstack:identity/inheritRoleAssignment:InheritRoleAssignment"),
    "orchestration": _harmless("openstack:orchestration/stackV1:StackV1"),
    "port_forwarding": _harmless("openstack:networking/portForwardingV2:PortForwardingV2"),
    "static_route": _harmless("openstack:networking/routerRoute:RouterRoute"),
    "tap_mirror": _harmless("openstack:index/taasTapMirrorV2:TaasTapMirrorV2"),
    "trunk": _harmless("openstack:networking/trunk:Trunk"),
    "vpn_service": _harmless("openstack:vpnaas/service:Service"),
    "address_pairs": _beside(tokens.PORT),
    "foreign_router_port": _beside(tokens.ROUTER_INTERFACE),
    "network": _beside(tokens.NETWORK),
    "rbac_share": _beside(tokens.RBAC_POLICY),
    "second_subnet": _beside(tokens.SUBNET),
    "wider_rule": _beside(tokens.SECURITY_GROUP_RULE),
    # The whole stack
    "leaves_early": _stack("takes a stack of which nothing is there for one that is still to come", _as_if_to_come),
    "missing": _stack("misses nothing as long as there is something", _as_if_all_there),
    "twin": _stack("does not count what is there twice", lambda self, keys: list(dict.fromkeys(keys))),
    "exported_constant": _exports("does not compare exported ids", lambda self, name: self.named(name) is not None),
    "foreign_export": _exports("lets a stack export what it likes", lambda self, name: self.named(name) is None),
    # Options
    "deleted_first": _option("delete_before_replace"),
    "ignored_changes": _option("ignore_changes"),
    "sealed_outputs": _option("additional_secret_outputs"),
    "unprotected": Fault(
        "does not ask for protection", lambda: patch.object(Conformance, "protection", lambda *_, **__: [])
    ),
    "provider_region": Fault(
        "looks at a provider's credential and nothing else", _instead(Conformance, "_provider", _own_cloud)
    ),
    # Properties that the blueprint does not mention, by the sort of their values
    "address_pairs_on_leg": _overlooks("allowedAddressPairs"),
    "own_resolver": _unmentioned(
        "lists of texts", lambda given: isinstance(given, list) and all(isinstance(item, str) for item in given)
    ),
    "stateless_group": _unmentioned("a `false`", lambda given: given is False),
    "value_specs": _overlooks("valueSpecs"),
    "smuggled_description": _unmentioned(
        "words with a sign between", lambda given: isinstance(given, str) and "=" in given
    ),
    "address_group_rule": _overlooks("remoteAddressGroupId"),
    "remote_group_rule": Fault(
        "takes any group for a range of addresses", _instead(conformance, "_differences", _a_remote_group_will_do)
    ),
    "router_gateway": _overlooks("externalNetworkId"),
    "network_on_vlan": _overlooks("segments"),
    "trusted_binding": _overlooks("binding"),
    "dhcp_options": _overlooks("extraDhcpOptions"),
    "shared_flag": _unmentioned("`shared` of a network", lambda given: given is True),
    "other_region": _overlooks("region"),
    "disabled": Fault(
        "does not compare where the provider has a default",
        _instead(
            conformance,
            "_differences",
            lambda honest, wanted, inputs, defaults, ids: (
                row for row in honest(wanted, inputs, defaults, ids) if row[0] in wanted or row[0] not in defaults
            ),
        ),
    ),
    # Values
    "hidden_in_apply": _matching("takes what is not known yet for right", lambda wanted, given: given is UNKNOWN),
    "no_quota_of_machines": _matching(
        "takes less for no more",
        lambda wanted, given: type(wanted) is int and isinstance(given, int | float) and given < wanted,
    ),
    "raised_quota": _matching("takes 0 for nothing said", lambda wanted, given: wanted == 0 and wanted is not False),
    "wider_pool": _matching("finds all it wants in a list, and looks no further", _contains),
    "shorter_routes": _matching("finds nothing wrong in a list, and misses nothing", _contained),
    "moved_next_hop": _matching("compares where a route leads to, and not by whom", _first_keys),
    "widened_rule": _matching("takes a range that has all it wants, and more", _contains_range),
    "dhcp_off": _overlooks("enableDhcp"),
    "default_rules_kept": _overlooks("deleteDefaultRules"),
    "port_security_off": _overlooks("portSecurityEnabled"),
    # Ids
    "raised_role": _matching("takes one role for another", lambda wanted, given: isinstance(wanted, Role)),
    "role_on_domain": _overlooks("domainId", "projectId"),
    "shared_with_all": _matching(
        "takes whatever is no placeholder for another layer's id",
        lambda wanted, given: isinstance(wanted, Ext) and isinstance(given, str) and not given.startswith(PLACEHOLDER),
    ),
    "swapped_router": _matching(
        "takes any placeholder of the right layer",
        lambda wanted, given: isinstance(wanted, Ext) and str(given).startswith(f"{PLACEHOLDER}{wanted.layer}:"),
    ),
    "constant_for_id": Fault("takes any fixed text for an id of this stack", _fixed_texts),
    "swapped_group": _sourced("takes an id from any one resource", lambda wanted, on: len(on) == 1),
    "two_sources": _sourced("finds the right source among several", lambda wanted, on: on > wanted),
}
"""Attack → the fault that lets it through, and it alone."""
