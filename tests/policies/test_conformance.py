"""Double entry: what a resource must be, and that nothing else passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra import names
from policies.conformance import PROVIDER, STACK_REFERENCE, Conformance, Given, Ids, conformance, matches
from policies.expectations import tokens
from policies.expected import UNKNOWN, Ext, Key, Password, Ref, Reference, Role, Unknown, Value, references
from tests.real import blueprint

NETWORK = conformance(blueprint(), "suqian", "network", "suqian-operator")
TENANTS = conformance(blueprint(), "suqian", "tenants", "suqian-operator")
CLOUD = conformance(blueprint(), "province", "cloud", "province-admin")
IDENTITY = conformance(blueprint(), "suqian", "identity", "suqian-manager")

POOL = Key(tokens.SUBNET_POOL, "public_shared-pool4")
RULE = next(key for key in TENANTS.expected if key.type == tokens.SECURITY_GROUP_RULE)


def anything(_: Reference) -> None:
    """The view of one resource: ids are not known."""


def faithful(wanted: Conformance, key: Key, ids: Ids) -> dict[str, Given]:
    """The inputs of an honest program."""
    return {name: _given(value, ids) for name, value in wanted.expected[key].inputs.items()}


def _given(value: Value, ids: Ids) -> Given:
    if isinstance(value, Ref | Ext | Role):
        return ids(value) or UNKNOWN
    if isinstance(value, Password):
        return "secret"
    if isinstance(value, dict):
        return {name: _given(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_given(item, ids) for item in reversed(value)]
    return float(value) if type(value) is int else value


def fresh(reference: Reference) -> str | Unknown:
    """Ids at the first preview: this stack's own are not issued yet."""
    return UNKNOWN if isinstance(reference, Ref) else f"id of {reference}"


def issued(reference: Reference) -> str:
    """Ids at an update of what exists."""
    return f"id of {reference}"


def sources(wanted: Conformance, key: Key) -> dict[str, frozenset[Key]]:
    return {
        name: frozenset(wanted.source(ref) for ref in references(value) if not isinstance(ref, Role))
        for name, value in wanted.expected[key].inputs.items()
    }


def everything() -> Iterator[tuple[Conformance, Key]]:
    for wanted in (NETWORK, TENANTS, CLOUD, IDENTITY):
        for key in wanted.expected:
            yield wanted, key


@pytest.mark.parametrize("ids", [fresh, issued])
def test_an_honest_program_conforms(ids: Ids) -> None:
    """Every resource of four stacks, at the first preview and at an update, sets in another order, numbers as the engine sends them."""
    for wanted, key in everything():
        inputs = faithful(wanted, key, ids)
        assert wanted.resource(key, inputs, ids) == []
        assert wanted.resource(key, inputs, anything) == []
        assert wanted.dependencies(key, inputs, sources(wanted, key), across=True) == []


def test_every_changed_input_of_every_resource_is_refused() -> None:
    """Each property of each resource, once with another value, once unset."""
    judged = 0
    for wanted, key in everything():
        honest = faithful(wanted, key, issued)
        for name in honest:
            if name == "password":
                continue
            for other in ("another value", None):
                assert wanted.resource(key, honest | {name: other}, issued), (key, name, other)
                judged += 1
    assert judged > 1000


def test_every_property_that_the_blueprint_does_not_mention_must_be_unset() -> None:
    """An added allowedAddressPairs, tenantId, region, valueSpecs … changes what a resource is."""
    for wanted, key in everything():
        honest = faithful(wanted, key, issued)
        for name in ("allowedAddressPairs", "tenantId", "region", "valueSpecs", "shared", "nobodyKnowsThis"):
            if name not in honest:
                assert wanted.resource(key, honest | {name: "x"}, issued) == [
                    f"{key} 的 {name}：蓝图为 不设，程序给出 “x”"
                ]


def test_what_the_provider_fills_in_is_no_difference() -> None:
    """`forceDestroy: false` comes from the provider's own schema; `true` comes from a person."""
    key = next(key for key in NETWORK.expected if key.type == tokens.ROUTER_INTERFACE)
    honest = faithful(NETWORK, key, issued)
    assert NETWORK.resource(key, honest | {"forceDestroy": False, "__defaults": ["forceDestroy"]}, issued) == []
    assert NETWORK.resource(key, honest | {"forceDestroy": True}, issued) != []


def test_an_unknown_is_accepted_for_an_id_of_this_stack_alone() -> None:
    """For a literal, for another stack's id and for a role an unknown hides something."""
    honest = faithful(NETWORK, POOL, fresh)
    assert honest["addressScopeId"] is UNKNOWN
    assert NETWORK.resource(POOL, honest | {"name": UNKNOWN}, fresh) == [
        f"{POOL} 的 name：蓝图为 “suqian-public_shared-pool4”，程序给出 （创建后才知道）"
    ]
    group = Key(tokens.GROUP, "suqian_renshe-members")
    assert IDENTITY.resource(group, faithful(IDENTITY, group, issued) | {"domainId": UNKNOWN}, anything) != []
    role = Key(tokens.ROLE_ASSIGNMENT, "operator-role")
    assert IDENTITY.resource(role, faithful(IDENTITY, role, issued) | {"roleId": UNKNOWN}, anything) != []


def test_a_known_value_where_the_id_is_not_issued_yet_is_somebody_elses() -> None:
    """Nobody can know an id before it exists."""
    honest = faithful(NETWORK, POOL, fresh)
    assert NETWORK.resource(POOL, honest | {"addressScopeId": "6f1c1f8e"}, fresh) != []


def test_an_id_comes_from_exactly_the_resource_the_blueprint_says() -> None:
    """Another resource, one more resource, or none at all."""
    honest = faithful(NETWORK, POOL, fresh)
    right, other = Key(tokens.ADDRESS_SCOPE, "public_shared-scope4"), Key(tokens.ADDRESS_SCOPE, "dedicated-scope4")
    for on in (frozenset({other}), frozenset({right, other}), frozenset[Key]()):
        assert len(NETWORK.dependencies(POOL, honest, {"addressScopeId": on}, across=True)) == 1
    assert NETWORK.dependencies(POOL, honest, {"addressScopeId": frozenset({right})}, across=True) == []


def test_another_stacks_id_comes_from_that_stack_of_the_same_site() -> None:
    """A reference to the province's stack would cross a border between clouds."""
    inputs = faithful(TENANTS, RULE, issued)
    foreign = Key(STACK_REFERENCE, "organization/govnet/province.network")
    own = sources(TENANTS, RULE)
    name = next(name for name, keys in own.items() if keys)
    assert TENANTS.dependencies(RULE, inputs, own | {name: frozenset({foreign})}, across=True) != []


def test_a_placeholder_of_an_offline_preview_needs_no_source() -> None:
    """No cloud takes it for an id, so that it can do no harm; another layer's placeholder is refused."""
    key = next(key for key in TENANTS.expected if key.type == tokens.ROUTER_INTERFACE)
    wanted = TENANTS.expected[key].inputs["routerId"]
    assert isinstance(wanted, Ext)
    inputs = faithful(TENANTS, key, issued) | {"routerId": wanted.placeholder}
    port = {"portId": sources(TENANTS, key)["portId"]}
    assert TENANTS.resource(key, inputs, issued) == []
    assert TENANTS.dependencies(key, inputs, port, across=True) == []
    assert TENANTS.resource(key, inputs | {"routerId": "offline:network:internet_access-router"}, issued) != []


def test_what_the_blueprint_lacks_is_refused() -> None:
    """By the right type under another name, and by a harmless-looking name under another type."""
    assert NETWORK.resource(Key(tokens.NETWORK, "shadow"), {}, fresh) == [
        "Network “shadow” 不在蓝图中：它只能由 estate/ 里的声明派生，请改声明，不要在程序里手工登记"
    ]
    assert "浮动地址" in NETWORK.resource(Key("openstack:networking/floatingIp:FloatingIp", "x"), {}, fresh)[0]
    assert NETWORK.resource(Key("openstack:compute/serverGroup:ServerGroup", "x"), {"name": "x"}, fresh) == []
    assert NETWORK.resource(Key("govnet:network:Zone", "dedicated"), {}, fresh) == []
    assert NETWORK.resource(Key("govnet:elsewhere:Zone", "dedicated"), {}, fresh) != []


def test_missing_and_double_resources_and_foreign_stacks_are_seen() -> None:
    """The stack as a whole: fewer than the blueprint has, one twice, or a look at another site's state."""
    keys = sorted(NETWORK.expected)
    assert NETWORK.stack(keys) == []
    assert NETWORK.stack(keys[1:]) == [f"蓝图要求 {keys[0]}，程序没有登记"]
    assert NETWORK.stack([*keys, keys[0]]) == [f"{keys[0]} 登记了 2 次"]
    assert len(NETWORK.stack([*keys, Key(STACK_REFERENCE, "organization/govnet/province.cloud")])) == 1
    assert NETWORK.stack([*keys, Key(STACK_REFERENCE, "organization/govnet/suqian.cloud")]) == []
    assert len(NETWORK.stack([])) == len(keys)


def test_a_provider_uses_the_stacks_credential_and_says_nothing_else() -> None:
    """Another credential, or any address, user or token typed in, is another cloud or another person."""
    key = Key(PROVIDER, "default_5_5_1")
    assert NETWORK.resource(key, {"cloud": "suqian-operator", "version": "5.5.1"}, fresh) == []
    assert len(NETWORK.resource(key, {"cloud": "suqian-admin"}, fresh)) == 1
    assert len(NETWORK.resource(key, {}, fresh)) == 1
    assert len(NETWORK.resource(key, {"cloud": "suqian-operator", "token": "x", "authUrl": "y"}, fresh)) == 2


@pytest.mark.parametrize(
    ("wanted", "given", "same"),
    [
        ([1, 2], [2.0, 1.0], True),
        ([1, 2], [1, 2, 2], False),
        ([1, 1], [1, 2], False),
        (True, 1, False),
        (0, False, False),
        ("443", 443, False),
        ({"a": 1}, {"a": 1, "b": None, "__defaults": []}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, "a", False),
        ([], "", False),
        (Password(), "", False),
        (Password(), UNKNOWN, False),
    ],
)
def test_values_are_compared_by_meaning(wanted: object, given: object, same: bool) -> None:
    """Sets have no order but a size; a truth is no number; a number is no text; null is unset."""
    assert matches(wanted, given, anything) is same


def test_no_such_site_or_layer_is_an_error() -> None:
    """A wrong stack name must never give an empty expectation, which everything would fulfil."""
    with pytest.raises(KeyError):
        conformance(blueprint(), "atlantis", "network", "x")
    with pytest.raises(KeyError):
        conformance(blueprint(), "suqian", "nolayer", "x")


def test_a_name_is_one_resource_of_a_stack() -> None:
    """Exports are told apart by logical names alone."""
    stacks = [conformance(blueprint(), site.id, layer, "any") for site in blueprint().sites for layer in names.LAYERS]
    assert len(stacks) > len(names.LAYERS)
    for stack in stacks:
        assert len({key.name for key in stack.expected}) == len(stack.expected)


def test_an_export_comes_from_exactly_the_resource_of_its_name() -> None:
    """Where it is told what it comes from, the right value is not enough."""
    stack = conformance(blueprint(), "suqian", "network", "any")
    own, other = stack.named("dedicated-router"), stack.named("public_shared-router")
    assert own
    assert other
    assert stack.export(own.name, UNKNOWN, lambda _: None, frozenset({own})) == []
    for sources in (frozenset({other}), frozenset({own, other}), frozenset[Key]()):
        (said,) = stack.export(own.name, UNKNOWN, lambda _: None, sources)
        assert said.startswith("栈的输出 “dedicated-router”：须来自 Router “dedicated-router”，程序取自")
