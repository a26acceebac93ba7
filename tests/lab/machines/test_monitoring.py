"""A monitor watches every made machine of its site, and shows itself to nobody who has no business with it."""

from __future__ import annotations

import json

import pytest

from tests.lab.machines.machines import names, on

pytestmark = pytest.mark.usefixtures("configured")


def asked(name: str, path: str) -> object:
    machine = on(name)
    address = machine.check_output("grep -o 'listen-address=[^ ]*' /etc/default/prometheus").removeprefix(
        "listen-address="
    )
    ask = f"import urllib.request as u; print(u.urlopen('http://{address}{path}', timeout=5).read().decode())"
    return json.loads(machine.check_output(f'python3 -c "{ask}"'))


def test_every_service_of_a_monitor_runs_now_and_after_the_next_start() -> None:
    """Prometheus, its alerts, its probes."""
    for name in names("monitoring"):
        for service in ("prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter"):
            assert on(name).service(service).is_running, service
            assert on(name).service(service).is_enabled, service


def test_the_rules_of_alarm_are_loaded() -> None:
    """And they are the house's."""
    answer = asked(names("monitoring")[0], "/api/v1/rules")
    assert isinstance(answer, dict)
    rules = [rule["name"] for group in answer["data"]["groups"] for rule in group["rules"]]
    assert "主机失联" in rules


def test_only_the_query_port_is_open_to_others() -> None:
    """Alertmanager and the prober listen on the loopback address alone."""
    machine = on(names("monitoring")[0])
    for port in (9093, 9115):
        assert "127.0.0.1" in machine.check_output(f"ss -Hltn sport = :{port}")
