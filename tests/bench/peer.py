"""Pulumi and Terraform side by side: the same graph, the same provider, the same lab, one after the other in one run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import stackfiles
from infra.engine import ROOT, cache_folder
from infra.workspace import Workspace
from tests.bench.figures import Figure, Part, timed
from tests.bench.terraform import configuration, tokens
from tests.converging import GOVNET, said

SITE = "suqian"
STACK = f"{SITE}.network"
ABOVE = (f"{SITE}.tenants", f"{SITE}.platform")
VERSION = "3.4.0"
SOURCE = "registry.terraform.io/terraform-provider-openstack/openstack"
MODULE = Path(__file__).with_name("terraform-provider")
PACKAGE = "github.com/terraform-provider-openstack/terraform-provider-openstack/v3"
PARALLEL = 10
"""Operations at once, for both: Terraform's default."""

REMARKS = (
    (
        f"The graph is stack `{STACK}` as the engine's state describes it, translated resource by resource, references included; both engines"
        f" run provider {VERSION} with the same credential and {PARALLEL} operations at once. Before each creation nothing of it exists."
    ),
    (
        "Creating: the bare engine starts the Python program with its guard rail (see part stacks) and writes its whole state twice for each"
        " resource; the row without checkpoints shows what that costs. Terraform parses one file."
    ),
    (
        "Unchanged: Pulumi compares program and state and asks the cloud for nothing unless told to refresh; Terraform reads every resource from"
        " the cloud unless told not to. So two rows each: like is compared with like."
    ),
    (
        "`govnet up` adds what neither engine does by itself: the state is searched for a killed run's leftovers, a preview is judged by the"
        " pack, and exactly that preview is applied."
    ),
)


def measure() -> Part:
    """The stacks above and the stack itself are taken down and brought up again at the end, whatever happens."""
    said(GOVNET, "up")
    workspace = Workspace.open(ROOT, os.environ)
    deployment = workspace.state(STACK)
    assert deployment is not None
    with tempfile.TemporaryDirectory(prefix="govnet-bench-") as name:
        terraform = _terraform(Path(name), deployment) if shutil.which("terraform") and shutil.which("go") else None
        said(GOVNET, "down", *ABOVE, STACK, "--yes")
        try:
            figures = _pulumi(workspace) + _govnet() + (_terraform_rows(terraform) if terraform else [])
        finally:
            if terraform:
                terraform.run("destroy", "-auto-approve", "-no-color")
            said(GOVNET, "up")
    resources = sum(1 for one in deployment["resources"] if one["type"].startswith("openstack:"))
    remarks = [f"{resources} resources.", *REMARKS]
    if terraform is None:
        remarks.append("Terraform is left out: `terraform` and `go` were not on the PATH of this machine.")
    return Part("peer", "Pulumi and Terraform on the same graph", figures, remarks)


# --- Pulumi -----------------------------------------------------------------------------------------------------------
def _pulumi(workspace: Workspace) -> list[Figure]:
    workspace.prepare(STACK)
    environment = workspace.env(STACK)

    def run(*words: str, **extra: str) -> list[float]:
        line = workspace.command(*words, "--stack", STACK, "--non-interactive")
        seconds, _ = timed(lambda: _said(line, environment | extra))
        return seconds

    def row(what: str, *words: str, **extra: str) -> Figure:
        return Figure(f"Pulumi: {what}", " ".join(["pulumi", *words]), run(*words, **extra))

    up = ("up", "--yes", "--skip-preview", "--parallel", str(PARALLEL))
    rows = [
        row("create", *up),
        row("unchanged", *up, "--expect-no-changes"),
        row(
            "unchanged, every resource read",
            "refresh", "--yes", "--skip-preview", "--expect-no-changes", "--parallel", str(PARALLEL),
        ),
        row("destroy", "destroy", "--yes", "--skip-preview", "--parallel", str(PARALLEL)),
        row("create without checkpoints", *up, PULUMI_EXPERIMENTAL="true", PULUMI_SKIP_CHECKPOINTS="true"),
    ]  # fmt: skip
    run("destroy", "--yes", "--skip-preview")
    return rows


def _govnet() -> list[Figure]:
    def row(what: str, *words: str) -> Figure:
        seconds, _ = timed(lambda: said(GOVNET, *words))
        return Figure(f"govnet: {what}", " ".join(["govnet", *words]), seconds)

    return [row("create", "up", STACK), row("unchanged", "up", STACK), row("destroy", "down", STACK, "--yes")]


# --- Terraform --------------------------------------------------------------------------------------------------------
class _Terraform:
    """Terraform in a folder of its own, with the provider from a mirror on disk and the operator's credential."""

    def __init__(self, folder: Path, mirror: Path) -> None:
        self._folder = folder
        cli = folder / "terraform.rc"
        cli.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n    include = ["*/*/*"]\n  }}\n}}\n',
            encoding="utf-8",
        )
        clouds = Workspace.open(ROOT, os.environ).clouds
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "TF_"))}
        self._environment = kept | {
            "TF_CLI_CONFIG_FILE": str(cli),
            "CHECKPOINT_DISABLE": "1",
            "OS_CLIENT_CONFIG_FILE": str(clouds),
        }

    def run(self, *words: str) -> str:
        return _said(["terraform", f"-chdir={self._folder}", *words], self._environment)

    def write(self, content: Mapping[str, Any]) -> None:
        (self._folder / "main.tf.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


def _terraform(folder: Path, deployment: Mapping[str, Any]) -> _Terraform:
    """Terraform with the graph of a deployment, ready to apply."""
    terraform = _Terraform(folder, _mirror())
    types = tokens((ROOT / "tools" / "openstack-provider" / "tokens.tsv").read_text(encoding="utf-8"))
    cloud = stackfiles.stack_cloud(ROOT, SITE, "network")
    terraform.write(configuration([], types, {}, cloud))
    terraform.run("init", "-no-color")
    schemas = json.loads(terraform.run("providers", "schema", "-json"))["provider_schemas"]
    terraform.write(configuration(deployment["resources"], types, schemas[SOURCE], cloud))
    terraform.run("validate", "-no-color")
    return terraform


def _terraform_rows(terraform: _Terraform) -> list[Figure]:
    def row(what: str, *words: str) -> Figure:
        seconds, _ = timed(lambda: terraform.run(*words, "-no-color"))
        return Figure(f"Terraform: {what}", " ".join(["terraform", *words]), seconds)

    parallel = f"-parallelism={PARALLEL}"
    return [
        row("create", "apply", "-auto-approve", parallel),
        row("unchanged", "plan", "-refresh=false", "-detailed-exitcode", parallel),
        row("unchanged, every resource read", "plan", "-detailed-exitcode", parallel),
        row("destroy", "apply", "-destroy", "-auto-approve", parallel),
    ]


def _mirror() -> Path:
    """A mirror on disk with the provider that both engines run, built from its Go module into the user's cache."""
    locked = b"".join((MODULE / name).read_bytes() for name in ("go.mod", "go.sum"))
    mirror = cache_folder(os.environ) / "terraform" / hashlib.sha256(locked).hexdigest()[:16]
    binary = mirror / SOURCE / VERSION / "linux_amd64" / f"terraform-provider-openstack_v{VERSION}"
    if not binary.exists():
        draft = binary.with_name(".draft")
        binary.parent.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false"}
        _said(["nice", "go", "build", "-C", str(MODULE), "-o", str(draft), PACKAGE], environment)
        os.replace(draft, binary)
    return mirror


def _said(line: list[str], environment: Mapping[str, str]) -> str:
    """Standard output of a command that has to succeed."""
    done = subprocess.run(
        line, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(line)}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout
