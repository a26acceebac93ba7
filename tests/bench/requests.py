"""What the engine asks a pack during one preview, kept, so that packs can be asked the same again and again without an engine.

`python -m tests.bench.requests FILE ours|empty` starts one pack anew, asks it everything in FILE, and prints what that took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy, StackValidationPolicy
from pulumi_policy import policy as sdk

from infra import stackfiles
from infra.clock import today
from infra.engine import ROOT
from policies.pack import Pack

_Servicer: Any = sdk._PolicyAnalyzerServicer
_LENGTH = 8


def empty() -> list[Policy]:
    """As many policies as ours, which look at nothing: the SDK unpacks every resource for them all the same."""
    return [
        ResourceValidationPolicy("资源", "空", lambda args, report: None, EnforcementLevel.MANDATORY),
        StackValidationPolicy("整个栈", "空", lambda args, report: None, EnforcementLevel.MANDATORY),
    ]


def recorder(file: str) -> str:
    """An executable pack that judges nothing and keeps what it is asked."""
    return f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.bench import requests
requests.record({file!r})
"""


def record(file: str) -> None:
    """Serve the empty pack, and append every question to a file; one that is longer than before says so."""
    for number, name in enumerate(("Analyze", "AnalyzeStack")):
        setattr(_Servicer, name, _keeping(getattr(_Servicer, name), number, Path(file)))
    sdk.PolicyPack("empty", empty())


def _keeping(answer: Any, number: int, file: Path) -> Any:
    def keep(self: Any, request: Any, context: Any) -> Any:
        content = request.SerializeToString()
        with file.open("ab") as out:
            out.write(bytes([number]) + len(content).to_bytes(_LENGTH, "big") + content)
        return answer(self, request, context)

    return keep


def questions(file: Path) -> Iterator[Any]:
    """The questions in a file, as the engine asked them."""
    content = file.read_bytes()
    while content:
        kind = (analyzer_pb2.AnalyzeRequest, analyzer_pb2.AnalyzeStackRequest)[content[0]]
        end = 1 + _LENGTH + int.from_bytes(content[1 : 1 + _LENGTH], "big")
        yield kind.FromString(content[1 + _LENGTH : end])
        content = content[end:]


def ask(file: Path, which: str) -> dict[str, float]:
    """Processor seconds of starting a pack and of all its answers, and how many resources it was asked about.

    `AssertionError` when it objects: then it would not have gone through everything.
    """
    asked = list(questions(file))
    begun = time.process_time()
    policies = ours() if which == "ours" else empty()
    servicer = _Servicer("pack", "0.0.1", policies, EnforcementLevel.MANDATORY, *[None] * 7)
    started = time.process_time()
    for question in asked:
        answer = servicer.Analyze if isinstance(question, analyzer_pb2.AnalyzeRequest) else servicer.AnalyzeStack
        said = answer(question, None).diagnostics
        assert not said, said[0].message
    answered = time.process_time()
    resources = sum(isinstance(question, analyzer_pb2.AnalyzeRequest) for question in asked)
    return {"start": started - begun, "answers": answered - started, "resources": resources}


def ours() -> list[Policy]:
    """Our pack as `policies/__main__.py` starts it, but that offline no stack is deployed and there is no Keystone to ask."""
    pack = Pack(
        ROOT / "estate",
        today(),
        lambda site, layer: stackfiles.stack_cloud(ROOT, site, layer),
        lambda cloud, name: name,
        lambda stack: None,
    )
    _ = pack.judgement
    return pack.policies()


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]), sys.argv[2])))
