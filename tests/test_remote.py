"""What passes from one machine to another through here: it arrives whole, or both ends say why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.remote import carried


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell of this computer stands for each machine."""
    monkeypatch.setattr("infra.remote.command_line", lambda told, command: ["sh", "-c", command])


def test_what_one_writes_the_other_reads(tmp_path: Path) -> None:
    """More than a pipe holds, so both work at the same time."""
    assert carried({}, "head -c 3000000 /dev/zero", {}, f"cat > {tmp_path}/it", seconds=30) == ""
    assert (tmp_path / "it").stat().st_size == 3_000_000


@pytest.mark.parametrize(
    ("give", "take", "said"),
    [
        pytest.param("echo no such folder >&2; exit 2", "cat", "no such folder", id="giver_fails"),
        pytest.param(
            "head -c 3000000 /dev/zero", "echo no room >&2; exit 1", "no room", id="taker_fails_and_breaks_the_pipe"
        ),
        pytest.param("exit 255", "cat", "退出码 255 和 0", id="nobody_says_why"),
        pytest.param("sleep 20", "cat", "1 秒内没有送完", id="too_slow"),
    ],
)
def test_what_does_not_arrive_is_explained(give: str, take: str, said: str) -> None:
    """The end that failed first breaks the other: both are heard."""
    assert said in carried({}, give, {}, take, seconds=1 if "sleep" in give else 30)
