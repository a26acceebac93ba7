"""What monitors run: the post box, the census, and what machines tell of their copies. Each with what it must refuse."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.engine import ROOT
from playbooks.files.govnet_backup import metrics
from playbooks.files.govnet_postbox import letters as box
from playbooks.files.govnet_postbox.serve import PostBox

NOW = "2026-11-29T03:00:00.000+00:00"
LABELS = {"alarm": "machine_down", "alertname": "主机失联", "severity": "critical", "site": "suqian", "host": "one"}


def notification(**changes: Any) -> dict[str, Any]:
    alert = {
        "status": "firing",
        "labels": LABELS,
        "annotations": {"summary": "不应答", "procedure": "docs/procedures/machine_down.md"},
        "startsAt": "2026-11-29T02:59:00Z",
        "endsAt": box.NEVER,
    }
    return {"version": "4", "receiver": "宿迁市政务外网运维中心", "alerts": [alert | changes]}


@contextmanager
def post_box(file: Path) -> Iterator[str]:
    served = PostBox(0, file)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}/"
    served.shutdown()
    served.server_close()


def post(url: str, content: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, content), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code


def test_a_notification_becomes_a_line_for_its_post(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the file and in the log, with everything that whoever is told must know."""
    file = tmp_path / "alarms.jsonl"
    with post_box(file) as url:
        assert post(url, json.dumps(notification()).encode()) == 200
        ended = notification(status="resolved", endsAt="2026-11-29T03:05:00Z")
        assert post(url, json.dumps(ended).encode()) == 200
    first, last = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert (first["post"], first["alarm"], first["status"], first["until"]) == (
        "宿迁市政务外网运维中心",
        "machine_down",
        "firing",
        "",
    )
    assert (first["labels"], first["procedure"]) == (
        {"site": "suqian", "host": "one"},
        "docs/procedures/machine_down.md",
    )
    assert (last["status"], last["until"]) == ("resolved", "2026-11-29T03:05:00Z")
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        b"[1]",
        b"{}",
        b"\xff",
        json.dumps(notification() | {"alerts": []}).encode(),
        json.dumps(notification(labels={})).encode(),
    ],
    ids=["a list", "nothing", "no text", "no alarm", "an alarm without labels"],
)
def test_what_is_no_notification_is_refused_and_not_written(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "alarms.jsonl"
    with post_box(file) as url:
        assert post(url, content) == 400
    assert not file.exists()


def test_what_cannot_be_written_is_not_taken(tmp_path: Path) -> None:
    """Alertmanager will tell it again."""
    with post_box(tmp_path / "no folder" / "alarms.jsonl") as url:
        assert post(url, json.dumps(notification()).encode()) == 507


def test_the_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest lines stay."""
    monkeypatch.setattr(box, "KEPT", 3)
    file = tmp_path / "alarms.jsonl"
    for number in range(8):
        box.put(file, [str(number)])
    assert file.read_text().split() == ["4", "5", "6", "7"]


def census(folder: Path, ports: list[int], addresses: list[str]) -> tuple[int, str]:
    """Exit code, and what node_exporter would be told."""
    (folder / "settings.json").write_text(json.dumps([{"zone": "ops", "ports": ports, "addresses": addresses}]))
    line: list[str | Path] = [
        sys.executable,
        "-m",
        "playbooks.files.govnet_census.ask",
        "--settings",
        folder / "settings.json",
    ]
    line += ["--metrics", folder / "census.prom", "--patience", "0.5"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    file = folder / "census.prom"
    return done.returncode, file.read_text() if file.exists() else ""


def test_a_census_finds_who_answers_and_who_refuses(tmp_path: Path) -> None:
    """A refusal is an answer too."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as closed:
        closed.bind(("127.0.0.2", 0))
        ports = [listening.getsockname()[1], closed.getsockname()[1]]
        code, told = census(tmp_path, ports, ["127.0.0.1", "127.0.0.2"])
    assert code == 0
    assert "govnet_census_addresses 2\n" in told
    assert f'govnet_undeclared_answer{{zone="ops",address="127.0.0.1",port="{ports[0]}"}} 1\n' in told
    assert told.count("govnet_undeclared_answer") == 4


def test_a_census_of_nobody_is_a_failure(tmp_path: Path) -> None:
    """And tells nothing, so that what was told before grows old."""
    assert census(tmp_path, [22], []) == (1, "")


def record(**changes: str) -> dict[str, Any]:
    times = {
        "begun": "2026-11-29T02:00:00+00:00",
        "ended": "2026-11-29T02:01:00+00:00",
        "moment": "2026-11-29T02:00:00+00:00",
    }
    about = {"kind": "copy", "job": "j", "source": "one", "place": "suqian", "result": "ok", "bytes": 7}
    return {**times, **about, **changes}


def test_machines_tell_the_last_run_and_the_last_good_one() -> None:
    """A failure does not make the copy younger, nor older."""
    late = record(result="failed", ended="2026-11-29T03:01:00+00:00", moment="")
    told = metrics.metrics([record(), late])
    about = '{kind="copy",job_id="j",source="one",place="suqian"}'
    assert f"govnet_backup_last_run_good{about} 0\n" in told
    assert f"govnet_backup_moment_seconds{about} 1795917600\n" in told
    assert f"govnet_backup_good_run_seconds{about} 1795917660\n" in told


def test_a_keepers_bad_news_are_not_hidden_by_the_sources_good_ones() -> None:
    """Both check the same copy, each in its own way; a repository is called by its source wherever it is kept."""
    kept = record(kind="check", job="", source="sender/one", result="failed", moment="")
    told = metrics.metrics([kept, record(kind="check", moment="")])
    assert 'govnet_backup_last_run_good{kind="check",job_id="",source="one",place="suqian"} 0\n' in told
    assert 'govnet_backup_last_run_good{kind="check",job_id="j",source="one",place="suqian"} 1\n' in told
    assert "govnet_backup_moment_seconds" not in told


def test_logs_that_wait_on_the_disk_are_counted_and_nothing_else(tmp_path: Path) -> None:
    """The keeper's queue alone; none is none."""
    program = ROOT / "playbooks" / "roles" / "base" / "files" / "govnet_log_queue.py"
    (tmp_path / "queue").mkdir()
    for name, length in (("keeper.00000001", 100), ("keeper.qi", 20), ("journal", 7)):
        (tmp_path / "queue" / name).write_text("x" * length)
    for folder, wanted in (("queue", 120), ("no queue", 0)):
        subprocess.run([sys.executable, program, tmp_path / folder, tmp_path / "told.prom"], check=True)
        assert (tmp_path / "told.prom").read_text() == f"govnet_log_queue_bytes {wanted}\n"
