"""Passwords of the users that layers create: read from clouds.yaml, where the credential that will use them stands anyway."""

from __future__ import annotations

import pulumi

from infra import cloudconfig, stackfiles
from infra.engine import ROOT


def password_of(site: str, layer: str) -> pulumi.Output[str]:
    """Password of the user that a layer of the site is deployed with, as a secret: sealed in state and plan, masked in logs.

    Raises `CloudError` when clouds.yaml lacks the entry or its password, `UsageError` when the layer has no stack file.
    """
    return pulumi.Output.secret(cloudconfig.password(stackfiles.stack_cloud(ROOT, site, layer)))
