"""What is kept of the engine's many words."""

from __future__ import annotations

import json

from infra.driver.events import Watch, last_name, plain

ZONE = "urn:pulumi:suqian.network::govnet::govnet:network:Zone$openstack:networking/network:Network::ops_mgmt-net"
STACK = "urn:pulumi:suqian.network::govnet::pulumi:pulumi:Stack::govnet-suqian.network"


def heard(*events: dict[str, object]) -> Watch:
    watch = Watch()
    for event in events:
        watch.take(json.dumps(event))
    return watch


def error(message: str, urn: str = ZONE) -> dict[str, object]:
    return {"diagnosticEvent": {"urn": urn, "severity": "error", "message": message}}


def test_changes_are_counted_and_unchanged_resources_are_not() -> None:
    """Progress is work done, and `same` is no work."""
    watch = heard(
        {"resOutputsEvent": {"metadata": {"op": "same", "urn": ZONE}}},
        {"resOutputsEvent": {"metadata": {"op": "create", "urn": ZONE}}},
        {"summaryEvent": {"resourceChanges": {"same": 4, "create": 1, "update": 0}}},
    )
    assert (watch.seen, watch.done, watch.changes) == (2, 1, {"create": 1})


def test_a_failure_is_said_once_and_without_its_wrapping() -> None:
    """The provider reports each error twice, in two wrappings; a person reads it once, with the resource's name."""
    reason = "Error creating openstack_networking_network_v2: 409 Quota exceeded"
    watch = heard(
        error(f"  sdk-v2/provider2.go:571: sdk.helper_schema: {reason}: provider=openstack@5.5.1\n"),
        error(f"1 error occurred:\n\t* {reason}\n\n"),
    )
    assert watch.problems == [f"ops_mgmt-net: {reason}"]


def test_what_only_follows_from_a_failure_is_kept_apart() -> None:
    """`update failed` says nothing while something else says why."""
    watch = heard(error("update failed", STACK), error(f"expected resource operations for {ZONE} but none were seen"))
    assert watch.problems == []
    assert watch.echoes == [
        "update failed",
        f"ops_mgmt-net: expected resource operations for {ZONE} but none were seen",
    ]


def test_a_mandatory_policy_is_a_violation_and_an_advisory_one_is_not() -> None:
    """Only the first stops a change, and only it makes exit code 4."""
    watch = heard(
        {"policyEvent": {"resourceUrn": ZONE, "message": "<{%fg 1%}>不在蓝图中", "enforcementLevel": "mandatory"}},
        {"policyEvent": {"resourceUrn": ZONE, "message": "建议", "enforcementLevel": "advisory"}},
    )
    assert watch.violations == ["ops_mgmt-net: 不在蓝图中"]
    assert watch.warnings == ["ops_mgmt-net: 建议"]


def test_debug_chatter_is_not_worth_a_line_in_the_log() -> None:
    """Two thirds of the events are debug messages, four a resource."""
    watch = Watch()
    assert not watch.take(json.dumps({"diagnosticEvent": {"severity": "debug", "message": "registering resource"}}))
    assert watch.take("panic: something that is no event")


def test_a_web_servers_error_page_shrinks_to_its_title() -> None:
    """A gateway answers in HTML; twelve lines of it hide what happened."""
    page = "got 502 instead: <html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>"
    assert plain(page) == "got 502 instead: 502 Bad Gateway"


def test_the_stack_itself_has_no_name_worth_saying() -> None:
    """What the program as a whole says stands without a prefix."""
    assert (last_name(ZONE), last_name(STACK), last_name("")) == ("ops_mgmt-net", "", "")
