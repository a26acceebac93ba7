"""Nova: machines, as libvirt containers. In a cloud without machines its driver only pretends; everything else is real."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from infra.files import write_whole
from lab import credentials, databases, openstack, wires
from lab.answers import Api
from lab.context import Lab, NotReady, Service, ensure_folder, ini
from lab.services import libvirt, metadata

_API = "nova-api"
_DAEMONS = ("nova-conductor", "nova-scheduler", "nova-compute")


def start(lab: Lab) -> None:
    folder = ensure_folder(lab.places.etc / "nova")
    file = folder / "nova.conf"
    paste = folder / "api-paste.ini"
    shutil.copyfile(openstack.shipped(lab, "nova/api-paste.ini"), paste)
    state = ensure_folder(lab.places.data / "nova")
    _identify(state)
    text = lab.write(
        file,
        ini(
            {
                "DEFAULT": {
                    "my_ip": "127.0.0.1",
                    "host": wires.CHASSIS,  # must be the name of the OVN chassis, or ports are never bound
                    "state_path": state,
                    "transport_url": openstack.transport_url(lab),
                    **_driver(lab),
                },
                "wsgi": {"api_paste_config": paste},
                "api_database": openstack.database(lab, "nova", "nova_api"),
                "database": openstack.database(lab, "nova", "nova"),
                "oslo_concurrency": {"lock_path": ensure_folder(state / "lock")},
                "conductor": {"workers": 1},
                "scheduler": {"workers": 1, "discover_hosts_in_cells_interval": 30},
                "vnc": {"enabled": False},
                "keystone_authtoken": openstack.authtoken(lab, "nova"),
                "keystone": openstack.login(lab, "nova"),
                "placement": openstack.login(lab, "nova"),
                "neutron": openstack.login(lab, "nova") | _metadata(lab),
                "glance": {"region_name": credentials.REGION, "cafile": lab.places.ca_file},
                "service_user": openstack.login(lab, "nova") | {"send_service_user_token": True},
                "oslo_policy": openstack.POLICY,
                **_hypervisor(lab, file),
            }
        ),
    )
    databases.ensure(lab, "nova", ("nova_cell0", "nova", "nova_api"), lambda: _sync(lab, file))
    openstack.keep_wsgi(
        lab,
        _API,
        path="/compute",
        module="nova.wsgi.osapi_compute",
        workers=1,
        env={"OS_NOVA_CONFIG_DIR": str(folder)},
        configuration=text,
    )
    for daemon in _DAEMONS:
        env = {"PYTHONPATH": str(_binding(lab))} if lab.machines and daemon == "nova-compute" else {}
        lab.keep(daemon, [lab.bin / daemon, "--config-file", file], configuration=text, env=env)


def _driver(lab: Lab) -> dict[str, object]:
    if not lab.machines:
        return {"compute_driver": "fake.FakeDriverWithoutFakeNodes"}  # remembers who it is when it starts again
    return {
        "compute_driver": "libvirt.LibvirtDriver",
        "instances_path": libvirt.instances(lab),
        "use_cow_images": False,
        "force_raw_images": False,
        # Containers take what they use and not what their flavours allow them.
        "reserved_host_memory_mb": 0,
        "initial_cpu_allocation_ratio": 16.0,
        "initial_ram_allocation_ratio": 16.0,
        "initial_disk_allocation_ratio": 16.0,
        "resume_guests_state_on_host_boot": True,  # `lab down` ends machines, `lab up` has them again
    }


def _metadata(lab: Lab) -> dict[str, object]:
    if not lab.machines:
        return {}
    return {"service_metadata_proxy": True, "metadata_proxy_shared_secret": lab.secrets[metadata.SECRET]}


def _hypervisor(lab: Lab, file: Path) -> dict[str, dict[str, object]]:
    """How machines are made. Nova is root here, so that its privileged half needs no sudo."""
    if not lab.machines:
        return {}
    helper: dict[str, object] = {"helper_command": f"{lab.bin}/privsep-helper --config-file {file}"}
    return {
        "libvirt": {
            "virt_type": "lxc",
            "connection_uri": libvirt.uri(lab),
            "images_type": "flat",
            "cpu_mode": "none",
        },
        "os_vif_ovs": {"ovsdb_connection": f"unix:{wires.ovs_socket(lab)}"},
        **dict.fromkeys(("nova_sys_admin", "vif_plug_ovs_privileged", "privsep_osbrick"), helper),
    }


def _binding(lab: Lab) -> Path:
    """A folder with nothing but Debian's compiled binding of libvirt, for an environment that has no compiler to make its own."""
    folder = ensure_folder(lab.places.run / "libvirt-python")
    for file in Path("/usr/lib/python3/dist-packages").glob("libvirt*"):
        link = folder / file.name
        link.unlink(missing_ok=True)
        link.symlink_to(file)
    return folder


def _identify(state: Path) -> None:
    """Give the compute node its identity before it first starts: killed between reporting and writing it, it would never start again."""
    file = state / "compute_id"
    if not file.exists():
        write_whole(file, str(uuid.uuid4()))


def _sync(lab: Lab, file: Path) -> None:
    """Cells are stored as templates of nova.conf's own addresses, so that no password gets into the dump."""
    manage = (lab.bin / "nova-manage", "--config-file", file)
    template = "{scheme}://{username}:{password}@{hostname}/%s?{query}"
    databases.run_sync(lab, *manage, "api_db", "sync")
    databases.run_sync(lab, *manage, "cell_v2", "map_cell0", "--database_connection", template % "nova_cell0")
    databases.run_sync(
        lab,
        *(*manage, "cell_v2", "create_cell", "--name", "cell1", "--database_connection", template % "nova"),
        *("--transport-url", "{scheme}://{username}:{password}@{hostname}:{port}/"),
    )
    databases.run_sync(lab, *manage, "db", "sync")


def ready(lab: Lab) -> None:
    with Api(lab.places.ca_file, patience=5) as api:
        api.login("nova", lab.secrets["nova"], "service")
        services = api.ask("GET", "/compute/v2.1/os-services").body["services"]
    up = {service["binary"] for service in services if service["state"] == "up"}
    if missing := set(_DAEMONS) - up:
        raise NotReady(f"Nova: {sorted(missing)} 尚未报到")


def stop(lab: Lab) -> None:
    lab.processes.end(_API, *_DAEMONS)


SERVICE = Service(
    "nova",
    # Not RabbitMQ: the daemons try until it is there, and loading them takes as long as it takes to start.
    needs=("mariadb", "gateway", "keystone", "placement", "libvirt"),
    processes=(_API, *_DAEMONS),
    start=start,
    ready=ready,
    stop=stop,
)
