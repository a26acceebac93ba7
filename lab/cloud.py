"""Bringing the whole embedded cloud up and down."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

from infra.errors import LabError
from lab import (
    authority,
    credentials,
    environment,
    graph,
    hypervisor,
    machine_image,
    namespaces,
    openstack,
    ownership,
    packages,
    preflight,
    switch,
)
from lab.context import Lab, NotReady, Service, StateBroken
from lab.places import Places, default_places
from lab.processes import Processes
from lab.secrets import Secrets
from lab.services import SERVICES, metadata
from lab.steps import Steps

PATIENCE = 120.0
"""Seconds that a service may take to give its first answer."""

_CLEAN = "clean"
"""File saying that the last `down` ended in order."""


def opened(places: Places | None = None, *, after_crash: bool = False) -> Lab:
    """The lab on this machine, its passwords made if there are none yet."""
    places = places or default_places()
    names = chain(
        credentials.secret_names(),
        openstack.SERVICE_USERS,
        (f"database-{user}" for user in ("keystone", *openstack.SERVICE_USERS)),
        ("rabbitmq", metadata.SECRET),
    )
    secrets = Secrets.opened(places.state / "secrets.json", names)
    owner = ownership.owner(places)
    return Lab(places, secrets, Processes(places), after_crash, machines=owner is not None and owner.machines)


def up(checkout: Path, steps: Steps, places: Places | None = None) -> None:
    """Bring the cloud up from whatever state the machine is in; what already runs as wanted is left alone.

    Nova makes machines where this machine can carry them, and only pretends to elsewhere; when that changes, the cloud is a new one.
    """
    places = places or default_places()
    processes = Processes(places)
    preflight.check(places, processes)
    with _own(checkout, places):
        obstacle = hypervisor.obstacle()
        if obstacle:
            steps.say(f"内置云不建真实主机：{obstacle}。其余一切照常。")
        machines = not obstacle
        _settle_state(places, processes, checkout, steps, machines=machines)
        _provide(places, steps, machines=machines)
        crashed = places.data.exists() and not (places.state / _CLEAN).exists()
        try:
            _start(opened(places, after_crash=crashed), steps)
        except StateBroken as broken:
            steps.say(f"上次留下的状态已损坏，自动重置后重来：{broken.message}")
            _wipe(places, processes)
            ownership.claim(places, checkout, machines=machines)
            _start(opened(places), steps)


def down(checkout: Path, places: Places | None = None) -> None:
    """Stop every process of the lab. The state stays: the next `up` has the same cloud again."""
    places = places or default_places()
    with _own(checkout, places):
        _stop(Processes(places), places)
        (places.state / _CLEAN).touch()


def reset(checkout: Path, places: Places | None = None) -> None:
    """Stop everything and wipe the cloud: databases, passwords, namespaces. Caches stay."""
    places = places or default_places()
    with _own(checkout, places):
        _wipe(places, Processes(places))


@contextmanager
def _own(checkout: Path, places: Places) -> Iterator[None]:
    """Alone with a lab that is this checkout's, or nobody's who still uses it."""
    preflight.require_root()
    with ownership.exclusive(places):
        ownership.refuse_foreign(places, Processes(places), checkout)
        yield


def _settle_state(places: Places, processes: Processes, checkout: Path, steps: Steps, *, machines: bool) -> None:
    """Decide what the state on disk is worth, and say so when it goes."""
    current = ownership.owner(places)
    reason = None
    if current is None:
        reason = "发现无主的残留状态" if places.data.exists() else ""
    elif current.checkout != str(checkout):
        reason = f"内置云上次属于 {current.checkout}（未在运行）"
    elif current.made_by != ownership.made_by():
        reason = "内置云的状态来自另一版本的代码"
    elif current.machines != machines:
        reason = "原来的内置云" + ("没有真实主机" if machines else "有真实主机")
    if reason is None:
        return
    if reason:
        steps.say(f"{reason}，已自动重置。")
    _wipe(places, processes)
    ownership.claim(places, checkout, machines=machines)


def _provide(places: Places, steps: Steps, *, machines: bool) -> None:
    """What is installed on the machine rather than started: packages, the OpenStack environment, the switch, the machines' image."""

    def install() -> None:
        with steps.step("安装 Debian 软件包"):
            repaired = packages.install()
        if repaired:
            steps.say(repaired)

    def build() -> None:
        with steps.step("构建 OpenStack 的 Python 环境"):
            environment.build(places)

    def fetch_switch() -> None:
        with steps.step("准备虚拟交换机程序"):
            switch.build(places)

    def make_image() -> None:
        with steps.step("制作主机镜像"):
            machine_image.build(places)

    tasks = {}
    if not packages.settled():
        tasks["packages"] = graph.Task((), install)
    if not environment.built(places):
        tasks["environment"] = graph.Task((), build)
    if not switch.built(places):
        tasks["switch"] = graph.Task(tuple(tasks.keys() & {"packages"}), fetch_switch)
    if machines and not machine_image.built(places):
        tasks["image"] = graph.Task(tuple(tasks.keys() & {"packages"}), make_image)
    _run(tasks)


def _start(lab: Lab, steps: Steps) -> None:
    (lab.places.state / _CLEAN).unlink(missing_ok=True)
    authority.ensure(lab.places)
    wanted = services_of(lab)
    present = {service.name for service in wanted}
    _run(
        {
            service.name: graph.Task(
                tuple(need for need in service.needs if need in present), partial(_bring_up, lab, service, steps)
            )
            for service in wanted
        }
    )
    credentials.write(lab.places, lab.secrets, machines=lab.machines)


def services_of(lab: Lab) -> tuple[Service, ...]:
    """The services that this cloud has: some are for machines alone."""
    return tuple(service for service in SERVICES if lab.machines or not service.for_machines)


def _run(tasks: Mapping[str, graph.Task]) -> None:
    """Run tasks; several problems become one, each of them told. Broken state outweighs the rest: it is their reason."""
    try:
        graph.run(tasks)
    except ExceptionGroup as several:
        problems, others = several.split(LabError)
        if others or problems is None:
            raise
        told = [problem for problem in problems.exceptions if isinstance(problem, LabError)]
        for problem in told:
            if isinstance(problem, StateBroken):
                raise problem from several
        remedies = dict.fromkeys(problem.remedy for problem in told if problem.remedy)
        raise LabError("\n".join(problem.message for problem in told), remedy=" ".join(remedies)) from several


def _bring_up(lab: Lab, service: Service, steps: Steps) -> None:
    with steps.step(f"启动 {service.name}"):
        try:
            service.start(lab)
            _wait(lab, service)
        except NotReady as reason:
            raise LabError(
                f"{service.name} 没有应答：{reason}", remedy=f"用 govnet lab logs {service.name} 查看日志。"
            ) from reason


def _wait(lab: Lab, service: Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return service.ready(lab)
        except NotReady:
            for process in service.processes:
                lab.processes.must_live(process)
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _stop(processes: Processes, places: Places) -> None:
    """Whoever needs a service stops before it does. What is left over, recorded or not, is ended for certain."""
    lab = opened(places)
    users = {
        service.name: tuple(other.name for other in SERVICES if service.name in other.needs) for service in SERVICES
    }
    graph.run({service.name: graph.Task(users[service.name], partial(service.stop, lab)) for service in SERVICES})
    processes.end(*processes.names())  # what commands started for machines, beside the services
    processes.end_marked()
    namespaces.remove(namespaces.ours())


def _wipe(places: Places, processes: Processes) -> None:
    _stop(processes, places)
    for folder in (places.data, places.run, places.etc, places.log, places.authority, places.credentials):
        if folder.exists():
            shutil.rmtree(folder)
    for file in ("owner.json", "secrets.json", _CLEAN):
        (places.state / file).unlink(missing_ok=True)
