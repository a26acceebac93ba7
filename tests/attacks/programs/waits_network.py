"""A department's network of its own, registered only when it is no preview."""
# stack: suqian.tenants
# guard rail: Network “shuili-net” 不在蓝图中
# pack: nothing; a preview runs nothing of what waits for the real run
# plan: create is not allowed by the plan
# offline: no; the guard rail sees it in the real run

import pulumi
from pulumi_openstack import networking


def after(made):
    if not pulumi.runtime.is_dry_run():
        networking.Network("shuili-net", name="suqian-shuili-net")
