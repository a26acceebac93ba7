"""A database machine: reached by nobody whom no flow leads there, audited, watched, and brought back row by row."""

from __future__ import annotations

import shlex

import pytest
from testinfra.host import Host  # type: ignore[import-untyped]  # it has no type hints

from infra.backups.sent import Sent, sent
from infra.inventory.access import made
from tests.lab.conftest import must
from tests.lab.machines.machines import names, on, variables
from tests.lab.machines.test_backup import arrives, records
from tests.real import blueprint

pytestmark = pytest.mark.usefixtures("configured")

FILL = """\
DROP TABLE IF EXISTS public.trial;
CREATE TABLE public.trial AS SELECT i AS id, 'plain-word-' || i AS said FROM generate_series(1, 1000) AS i"""
SUM = "SELECT count(*) || ' ' || md5(string_agg(said, ',' ORDER BY id)) FROM public.trial"


def name() -> str:
    return names("database")[0]


def ask(question: str, user: str = "postgres", database: str = "") -> str:
    """What the database answers to a user of the machine."""
    there = database or variables(name())["database_name"]
    done = psql(on(name()), question, user, there)
    assert done.succeeded, done.stderr
    return str(done.stdout).strip()


def psql(machine: Host, question: str, user: str, database: str):  # type: ignore[no-untyped-def]  # testinfra has no type hints
    return machine.run(f"cd / && runuser -u {user} -- psql -XqAt -d {database} -c {shlex.quote(question)}")


def test_it_listens_where_a_flow_leads_and_nowhere_else() -> None:
    """To the database leads none: only the machine's own socket is there. Its state is asked for at the planned address."""
    told = variables(name())
    assert not told["database_sources"]
    assert on(name()).check_output("ss -Hltn sport = :5432") == ""
    [listening] = on(name()).check_output("ss -Hltn sport = :9187").splitlines()
    assert f" {told['database_address']}:9187 " in listening


def metrics() -> str:
    """What its site's monitor hears of it, over the planned flow."""
    monitor = next(row for row in names("monitoring") if row.startswith(name().partition("-")[0]))
    address = f"http://{variables(name())['database_address']}:9187/metrics"
    return str(
        on(monitor).check_output(
            f"python3 -c \"import urllib.request as u; print(u.urlopen('{address}').read().decode())\""
        )
    )


def test_its_monitor_is_told_how_it_is() -> None:
    """By a role that sees statistics and when data were renewed."""
    told = metrics()
    assert "\npg_up 1\n" in told
    assert "pg_stat_archiver" in told
    assert "\npg_exporter_last_scrape_error 0\n" in told


def test_a_renewal_that_the_platform_tells_is_heard_by_the_monitor() -> None:
    """By the platform's role, which cannot log in yet; of a data set that no plan knows, so that nobody is told of it later."""
    platform, begun = variables(name())["database_name"], float(ask("SELECT extract(epoch FROM now())"))
    heard = 'govnet_dataset_updated_seconds{dataset="trial",'
    ask("DELETE FROM govnet.renewals WHERE dataset = 'trial'")
    assert heard not in metrics()
    ask(f"SET ROLE {platform}; SELECT govnet.renewed('trial')")
    try:
        [moment] = [line.split()[1] for line in metrics().splitlines() if line.startswith(heard)]
        assert begun <= float(moment) < begun + 600
    finally:
        ask("DELETE FROM govnet.renewals WHERE dataset = 'trial'")


def test_who_has_no_business_there_is_refused() -> None:
    """Another user of the machine, the monitor's role in another database than the platform's, and what the platform's tables hold."""
    machine, platform = on(name()), variables(name())["database_name"]
    ask(FILL)
    for user, database, question in (
        ("nobody", "postgres", "SELECT 1"),
        ("prometheus", "postgres", "SELECT 1"),
        ("prometheus", platform, "CREATE TABLE public.mine (id int)"),
        ("prometheus", platform, "SELECT govnet.renewed('mine')"),
        ("prometheus", platform, "SELECT * FROM public.trial"),
    ):
        assert psql(machine, question, user, database).failed, (user, database, question)
    assert ask("SELECT 1", "prometheus", platform) == "1"


def test_pages_have_checksums_and_passwords_are_salted() -> None:
    """Said by the server that runs."""
    assert [ask(f"SHOW {what}") for what in ("data_checksums", "password_encryption", "ssl")] == [
        "on",
        "scram-sha-256",
        "on",
    ]


def test_who_did_what_is_in_the_journal_and_no_value_is() -> None:
    """pgaudit names statement and object; what was written stays in the table."""
    ask("DROP TABLE IF EXISTS public.audited; CREATE TABLE public.audited (said text)")
    ask("INSERT INTO public.audited VALUES ('a-value-of-somebody')")
    logged = on(name()).check_output("journalctl --no-pager -o cat -t postgres --since -2min")
    assert "AUDIT: SESSION" in logged
    assert "CREATE TABLE,TABLE,public.audited" in logged
    assert "WRITE,INSERT,TABLE,public.audited" in logged
    assert "a-value-of-somebody" not in logged
    ask("DROP TABLE public.audited")


def test_the_log_is_archived_as_ciphertext() -> None:
    """Into a repository that only the database's user may enter; its key is in one file, and not everybody's to read."""
    machine = on(name())
    machine.check_output("cd / && runuser -u postgres -- pgbackrest --stanza=main check")
    key, repository = machine.file("/etc/pgbackrest.conf"), machine.file("/var/lib/pgbackrest")
    assert (key.user, key.group, oct(key.mode)) == ("root", "postgres", "0o640")
    assert (repository.user, repository.mode & 0o007) == ("postgres", 0)
    ask(FILL)
    machine.check_output("systemctl start govnet-backup-client.service")
    kept = "find /var/lib/pgbackrest -type f | wc -l; grep -rla plain-word- /var/lib/pgbackrest | wc -l"
    files, plain = machine.check_output(kept).split()
    assert int(files) > 10
    assert int(plain) == 0


def carried() -> Sent:
    """The copy of the database that another site keeps."""
    return next(row for row in sent(made(blueprint())) if row.source.name == name() and not row.local)


def test_rows_that_were_lost_come_back_and_the_other_site_can_bring_them_back_too() -> None:
    """Dropped after the copy, restored from it; then the next copy, of the history that began with the restore, is tried at the other site."""
    copy, machine = carried(), on(name())
    ask(FILL)
    before = ask(SUM)
    assert machine.run("systemctl start govnet-backup-client.service").succeeded
    ask("DROP TABLE public.trial")
    must("backup", "restore", copy.source.name, "--yes")
    assert ask(SUM) == before
    assert ask("SELECT pg_is_in_recovery()") == "f"
    assert machine.run("systemctl start govnet-backup-client.service").succeeded
    arrives(copy, records(copy.source.name)[-1].snapshot)
    must("backup", "status", copy.site.id)


def test_no_base_backup_is_older_than_the_plan_wants() -> None:
    """The repository says so itself, and every run of it stands in the journal."""
    assert "full backup" in on(name()).check_output("cd / && runuser -u postgres -- pgbackrest --stanza=main info")
