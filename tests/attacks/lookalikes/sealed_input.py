"""The blueprint's own range, sealed as a secret: hidden, and right."""
# stack: suqian.tenants

import pulumi
from pulumi_openstack import networking
from tampering import tampered


def before():
    tampered(
        networking,
        "SecGroupRule",
        lambda given: given | {"remote_ip_prefix": pulumi.Output.secret(given["remote_ip_prefix"])},
    )
