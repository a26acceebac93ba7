from __future__ import annotations

from infra.blueprint.probes import INTERNET, Instance, Listener, addresses, matrix
from infra.blueprint.types import (
    Blueprint,
    CloudPlan,
    ExternalPlan,
    IpVersion,
    Pair,
    PermitPlan,
    ProbePlan,
    SitePlan,
    ZonePlan,
)
from tests.blank import blank

FRONT, BACK, FAR = ("a", "front"), ("a", "back"), ("b", "back")


def permit(
    source: Instance, target: Instance, port: int, to: int = 0, versions: tuple[IpVersion, ...] = (4, 6)
) -> PermitPlan:
    flow = f"{source[1]}-{target[1]}"
    return blank(
        PermitPlan, flow=flow, source=source, target=target, port_min=port, port_max=to or port, versions=versions
    )


def site(name: str, *zones: str, gateway: str = "") -> SitePlan:
    plans = tuple(
        blank(ZonePlan, id=zone, probe=blank(ProbePlan, addresses=Pair(f"10.0.0.{number}", f"2001:db8::{number}")))
        for number, zone in enumerate(zones, 10)
    )
    external = blank(ExternalPlan, gateway=gateway) if gateway else None
    return blank(SitePlan, id=name, zones=plans, cloud=blank(CloudPlan, external=external))


def blueprint(*permits: PermitPlan, gateway: str = "") -> Blueprint:
    return Blueprint((site("a", "front", "back", gateway=gateway), site("b", "back")), permits)


def test_a_permitted_port_must_pass_and_is_denied_to_everybody_else() -> None:
    """One permission makes one listener; every other instance must be denied there, over both IP versions."""
    found = matrix(blueprint(permit(FRONT, BACK, 8443)), ["a", "b"])
    assert [(probe.source, probe.listener.version, probe.permitted) for probe in found.probes] == [
        (FRONT, 4, True),
        (FRONT, 6, True),
        (FAR, 4, False),
        (FAR, 6, False),
    ]


def test_a_permitted_pair_is_denied_on_the_ports_permitted_to_others() -> None:
    """Being let in on one port must not mean being let in on the next."""
    found = matrix(blueprint(permit(FRONT, BACK, 8443), permit(FAR, BACK, 22)), ["a", "b"])
    verdicts = {
        (probe.source, probe.listener.port): probe.permitted for probe in found.probes if probe.listener.version == 4
    }
    assert verdicts == {(FRONT, 8443): True, (FRONT, 22): False, (FAR, 22): True, (FAR, 8443): False}


def test_a_port_for_machines_of_its_own_zone_alone_is_not_listened_on() -> None:
    """A zone's one foot is no other machine of it; nobody could prove that the port answers, so no silence there would count."""
    found = matrix(blueprint(permit(BACK, BACK, 9100), permit(FRONT, BACK, 8443)), ["a", "b"])
    assert {probe.listener.port for probe in found.probes} == {8443}


def test_both_ends_of_a_port_range_are_probed_and_a_range_covers_single_ports_inside() -> None:
    found = matrix(blueprint(permit(FRONT, BACK, 8000, to=8100), permit(FAR, BACK, 8050)), ["a", "b"])
    verdicts = {
        (probe.source, probe.listener.port): probe.permitted for probe in found.probes if probe.listener.version == 6
    }
    assert verdicts == {
        (FRONT, 8000): True,
        (FRONT, 8050): True,
        (FRONT, 8100): True,
        (FAR, 8000): False,
        (FAR, 8050): True,
        (FAR, 8100): False,
    }


def test_a_pair_whose_target_listens_for_nobody_is_named_as_unprovable() -> None:
    """Silence of a target that nobody may reach proves nothing, and is not left out in silence."""
    found = matrix(blueprint(permit(FRONT, BACK, 443)), ["a", "b"])
    assert (BACK, FRONT, 4) in found.unprovable
    assert (FRONT, BACK, 4) not in found.unprovable


def test_the_internet_is_probed_over_ipv4_as_target_and_as_source() -> None:
    plan = blueprint(permit(FRONT, INTERNET, 443, versions=(4,)), permit(FAR, BACK, 22), gateway="203.0.113.1")
    found = matrix(plan, ["a", "b"])
    assert {probe.source: probe.permitted for probe in found.probes if probe.listener.instance == INTERNET} == {
        FRONT: True,
        BACK: False,
        FAR: False,
    }
    inward = [probe for probe in found.probes if probe.source == INTERNET]
    assert [(probe.listener, probe.permitted) for probe in inward] == [(Listener(BACK, 4, "tcp", 22), False)]
    assert addresses(plan, ["a", "b"])[INTERNET, 4] == "203.0.113.1"


def test_permissions_of_a_site_that_is_not_deployed_make_no_listener() -> None:
    """Its probes could never answer, so they would be counted against sites that are sound."""
    found = matrix(blueprint(permit(FAR, BACK, 22)), ["a"])
    assert found.probes == ()
    assert len(found.unprovable) == 4


def test_counts_are_of_pairs_and_listeners() -> None:
    found = matrix(blueprint(permit(FRONT, BACK, 443), permit(FAR, BACK, 443)), ["a", "b"])
    assert (found.pairs, len(found.listeners), found.instances) == (4, 2, (BACK, FRONT, FAR))
