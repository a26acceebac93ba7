"""The services of the embedded cloud, one file each: start, ready, stop."""

from __future__ import annotations

from lab.context import Service
from lab.services import (
    gateway,
    glance,
    image,
    keystone,
    libvirt,
    mariadb,
    memcached,
    metadata,
    neutron,
    nova,
    openvswitch,
    ovn,
    placement,
    rabbitmq,
)

SERVICES: tuple[Service, ...] = (
    mariadb.SERVICE,
    memcached.SERVICE,
    rabbitmq.SERVICE,
    openvswitch.SERVICE,
    ovn.SERVICE,
    gateway.SERVICE,
    keystone.SERVICE,
    glance.SERVICE,
    placement.SERVICE,
    neutron.SERVICE,
    libvirt.SERVICE,
    nova.SERVICE,
    metadata.SERVICE,
    image.SERVICE,
)
"""In an order in which each comes after what it needs."""
