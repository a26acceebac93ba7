"""A machine can take what its site's mirror publishes, and knows a virus when it sees one."""

from __future__ import annotations

from infra.findings import Verdict
from infra.remote import UNREACHABLE, Variables, on
from infra.report.verification import Trial

_TRY = """\
sudo systemctl start govnet-antivirus-take.service || exit
sudo env PYTHONPATH=/usr/local/lib/govnet \
  python3 -B -m govnet_antivirus.sets /var/lib/govnet-antivirus/current --signers /etc/govnet-antivirus/signers
"""
"""The second looks at signature and hashes of what is in use, and has it find the test file and nothing in a harmless one."""


def recognises(name: str, told: Variables) -> Trial:
    """Signatures are taken from the mirror now; they are the operator's, and the test file is found with them."""
    promise = "领到签名的病毒特征库，认得出测试文件"
    done = on(told, _TRY)
    if done.returncode == UNREACHABLE:
        return Trial(name, promise, Verdict.UNCHECKED, f"登录不上：{done.stderr.strip()[-300:]}")
    if done.returncode:
        return Trial(name, promise, Verdict.VIOLATED, done.stderr.strip()[-300:])
    return Trial(name, promise, Verdict.OK)
