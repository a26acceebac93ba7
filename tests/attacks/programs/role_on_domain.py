"""The tenant's group gets its role on the whole domain instead of its project."""
# stack: suqian.identity
# guard rail: 的 projectId：须来自
# pack: 的 domainId：蓝图为 不设

from pulumi_openstack import identity
from tampering import tampered


def before():
    tampered(
        identity,
        "RoleAssignment",
        lambda given: given | {"domain_id": "offline:cloud:domain", "project_id": None},
    )
