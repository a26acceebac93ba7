"""The same graph in Terraform's words: a configuration from what a deployed Pulumi stack says of its resources. Pure.

Both engines drive the same provider, so types and properties are the same under other names: `tools/openstack-provider/tokens.tsv` has the
types, Terraform's own schema of the provider says whether a property is `fixed_ip` or `fixed_ips`. An id of another resource of the stack
becomes a reference, so that both engines know the same order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Resource = Mapping[str, Any]
Schema = Mapping[str, Any]


def tokens(table: str) -> dict[str, str]:
    """Pulumi token → Terraform type, from the table that the plugin is built with."""
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    return {pulumi: terraform for kind, terraform, pulumi in rows if kind == "resource"}


def configuration(
    resources: Sequence[Resource], types: Mapping[str, str], schema: Schema, cloud: str
) -> dict[str, Any]:
    """main.tf.json for every resource that the cloud made. `schema`: `terraform providers schema -json` of the provider."""
    made = [resource for resource in resources if resource.get("custom") and resource["type"].startswith("openstack:")]
    addresses = {resource["urn"]: f"{types[resource['type']]}.{_label(resource)}" for resource in made}
    ids: dict[str, str] = {}
    for resource in made:
        # A router interface has the id of its port, which the state has before it.
        ids.setdefault(resource["id"], f"${{{addresses[resource['urn']]}.id}}")
    blocks: dict[str, dict[str, Any]] = {}
    for resource in made:
        kind = types[resource["type"]]
        body = _body(resource["inputs"], schema["resource_schemas"][kind]["block"], ids)
        implied = str(body)
        needed = [addresses[urn] for urn in resource.get("dependencies") or [] if urn in addresses]
        if explicit := sorted({address for address in needed if f"{{{address}." not in implied}):
            body["depends_on"] = explicit
        blocks.setdefault(kind, {})[_label(resource)] = body
    return {
        "terraform": {"required_providers": {"openstack": {"source": "terraform-provider-openstack/openstack"}}},
        "provider": {"openstack": {"cloud": cloud}},
        **({"resource": blocks} if blocks else {}),  # Terraform takes no empty block
    }


def _label(resource: Resource) -> str:
    """The logical name, as Terraform allows it: no other marks, and no digit at the start."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", resource["urn"].rpartition("::")[2])
    return f"_{name}" if name[0].isdigit() else name


def _body(inputs: Mapping[str, Any], block: Schema, ids: Mapping[str, str]) -> dict[str, Any]:
    known = {*block.get("attributes", {}), *block.get("block_types", {})}
    return {
        terraform_name(name, known): _value(value, ids) for name, value in inputs.items() if not name.startswith("__")
    }


def terraform_name(name: str, known: set[str]) -> str:
    """A property's name in Terraform: Pulumi writes it in camel case, and lists of blocks in the plural. `KeyError` for none."""
    snake = re.sub(r"(?=[A-Z])", "_", name).lower()
    for candidate in (snake, snake.removesuffix("s")):
        if candidate in known:
            return candidate
    raise KeyError(f"no property of Terraform's for {name}")


def _value(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            re.sub(r"(?=[A-Z])", "_", name).lower(): _value(part, ids)
            for name, part in value.items()
            if not name.startswith("__")
        }
    if isinstance(value, list):
        return [_value(part, ids) for part in value]
    return ids.get(value, value) if isinstance(value, str) else value
