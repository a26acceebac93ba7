"""What layers hand on and never show: passwords of the users they create, keys of the machines they make.

Passwords are read from clouds.yaml, where the credential that will use them stands anyway; keys stand beside that file.
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from infra import cloudconfig, keys, stackfiles
from infra.engine import ROOT


def password_of(site: str, layer: str) -> pulumi.Output[str]:
    """Password of the user that a layer of the site is deployed with, as a secret: sealed in state and plan, masked in logs.

    Raises `CloudError` when clouds.yaml lacks the entry or its password, `UsageError` when the layer has no stack file.
    """
    return pulumi.Output.secret(cloudconfig.password(stackfiles.stack_cloud(ROOT, site, layer)))


def operator_key(site: str) -> str:
    """The public key by which the site's operator logs in to machines."""
    return keys.operator(_key_folder(), site).public


def birth_data(site: str, machine: str) -> pulumi.Output[str]:
    """What a machine is told at its first start (cloud-init user data), its SSH host key among it."""
    return pulumi.Output.secret(keys.user_data(keys.host(_key_folder(), site, machine)))


def _key_folder() -> Path:
    return keys.folder(cloudconfig.in_use())
