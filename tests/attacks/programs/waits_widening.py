"""The blueprint's own rules, made wider when it is no preview."""
# stack: suqian.tenants
# guard rail: 的 remoteIpPrefix：蓝图为
# pack: nothing; a preview runs nothing of what waits for the real run
# plan: violates plan
# offline: no; the guard rail sees it in the real run

import pulumi
from tampering import widened


def before():
    if not pulumi.runtime.is_dry_run():
        widened()
