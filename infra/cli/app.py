"""All commands, assembled in one visible place."""

from __future__ import annotations

import typer

from infra.cli import (
    acts,
    addresses,
    availability,
    backup,
    backup_keep,
    backup_prune,
    backup_restore,
    backup_status,
    blueprint,
    check,
    configure,
    down,
    drill,
    drill_incident,
    engine,
    explain,
    gate,
    lab,
    logs,
    picture,
    preview,
    reach,
    review,
    rules,
    schema,
    stacks,
    status_page,
    summary,
    tenant,
    up,
    verify,
)

app = typer.Typer(
    name="govnet",
    help="省级政务云与政务外网：从声明到云，再到用数据包验证。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback is for us, and then the plain one
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("engine")(engine.engine)
app.add_typer(stacks.stacks_app, name="stacks")
app.add_typer(lab.lab_app, name="lab")
app.add_typer(addresses.addresses_app, name="addresses")
backup.backup_app.command("status")(backup_status.status)
backup.backup_app.command("keep")(acts.recorded("backup keep", backup_keep.keep))
backup.backup_app.command("fetch")(acts.recorded("backup fetch", backup_keep.fetch))
backup.backup_app.command("prune")(acts.recorded("backup prune", backup_prune.prune))
backup.backup_app.command("restore")(acts.recorded("backup restore", backup_restore.restore))
app.add_typer(backup.backup_app, name="backup")
drill.drill_app.command("restore")(acts.recorded("drill restore", drill.restore))
drill.drill_app.command("incident")(acts.recorded("drill incident", drill_incident.incident))
app.add_typer(drill.drill_app, name="drill")
app.add_typer(logs.logs_app, name="logs")
app.add_typer(acts.log_app, name="log")
app.command("up")(acts.recorded("up", up.up))
app.command("preview")(preview.preview)
app.command("configure")(acts.recorded("configure", configure.configure))
app.command("down")(acts.recorded("down", down.down))
app.command("verify")(verify.verify)
app.add_typer(availability.availability_app, name="availability")
app.command("status-page")(status_page.status_page)
app.command("summary")(summary.summary)
app.command("check")(check.check)
app.command("blueprint")(blueprint.blueprint)
app.add_typer(rules.rules_app, name="rules")
app.command("schema")(schema.schema)
app.command("explain")(explain.explain)
app.command("whois")(explain.whois)
app.command("reach")(reach.reach)
app.command("picture")(picture.picture)
app.command("gate")(gate.gate)
app.command("review")(review.review)
app.add_typer(tenant.tenant_app, name="tenant")
