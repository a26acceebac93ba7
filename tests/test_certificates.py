"""Certificates of machines, judged by OpenSSL's own verification: what is planned, for a site's own machines alone, renewed in time."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from infra.certificates import MACHINE_LIFE, ensure
from infra.inventory.certificates import Holder, authority_file, certificate_files

NOW = datetime.now(UTC)
KEEPER = Holder("logging-1.suqian", ("10.205.0.11", "fd00::11"))


def made(home: Path, holder: Holder = KEEPER, now: datetime = NOW, site: str = "suqian") -> tuple[str, str]:
    """Certificate and key of the one machine, after a look."""
    ensure(home, site, [("one", holder)], now)
    certificate, key = certificate_files(home, site, "one")
    return certificate.read_text(), key.read_text()


def verified(home: Path, *more: str, by: str = "suqian", of: str = "suqian") -> str:
    """What OpenSSL says of the machine's certificate before an authority; empty when it is good."""
    trusted = ["-CAfile", str(authority_file(home, by)), "-no-CApath"]
    argv = ["openssl", "verify", "-x509_strict", *trusted, *more, str(certificate_files(home, of, "one")[0])]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def test_a_machine_has_a_certificate_with_its_name_and_addresses(tmp_path: Path) -> None:
    """As server and as client, before its site's authority; not with another name or address."""
    made(tmp_path)
    for use in ("sslserver", "sslclient"):
        assert not verified(tmp_path, "-purpose", use, "-verify_hostname", KEEPER.name, "-verify_ip", "10.205.0.11")
    assert "hostname mismatch" in verified(tmp_path, "-verify_hostname", "logging-2.suqian").lower()
    assert "ip address mismatch" in verified(tmp_path, "-verify_ip", "10.205.0.12").lower()


def test_an_authority_cannot_speak_for_another_site(tmp_path: Path) -> None:
    """Even where it is trusted: OpenSSL refuses the name."""
    made(tmp_path, Holder("logging-1.province", ("10.192.0.11",)))
    assert "permitted subtree violation" in verified(tmp_path)


def test_another_sites_authority_is_another(tmp_path: Path) -> None:
    """What one site signed is nothing before the other."""
    made(tmp_path)
    made(tmp_path, Holder("logging-1.province", ("10.192.0.11",)), site="province")
    assert "unable to get local issuer" in verified(tmp_path, by="province")


def test_keys_are_their_owners_alone_and_nothing_changes_without_reason(tmp_path: Path) -> None:
    """A second look finds the same certificate and the same key."""
    first = made(tmp_path)
    assert made(tmp_path) == first
    for key in tmp_path.rglob("*.key"):
        assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("passed", "renewed"),
    [(timedelta(0), False), (MACHINE_LIFE * 0.6, False), (MACHINE_LIFE * 0.7, True), (MACHINE_LIFE * 2, True)],
    ids=["new", "more_than_a_third_left", "less_than_a_third_left", "expired"],
)
def test_a_certificate_is_renewed_when_less_than_a_third_is_left(
    tmp_path: Path, passed: timedelta, renewed: bool
) -> None:
    """And with it comes no new key: who has the authority's certificate need not have another."""
    before, key = made(tmp_path)
    after, key_after = made(tmp_path, now=NOW + passed)
    assert key_after == key
    assert (after != before) is renewed
    assert x509.load_pem_x509_certificate(after.encode()).not_valid_after_utc > NOW + passed


def test_a_renewed_authority_is_the_same_for_who_has_the_old_one(tmp_path: Path) -> None:
    """Its old certificate vouches for what it signs after the renewal."""
    made(tmp_path)
    old = authority_file(tmp_path, "suqian").read_text()
    ensure(tmp_path, "suqian", [], NOW + timedelta(days=3000))
    assert authority_file(tmp_path, "suqian").read_text() != old
    made(tmp_path, Holder("logging-2.suqian", ("10.205.0.12",)), NOW + timedelta(days=3000))
    authority_file(tmp_path, "suqian").write_text(old)
    later = str(int((NOW + timedelta(days=3001)).timestamp()))
    assert not verified(tmp_path, "-attime", later, "-verify_hostname", "logging-2.suqian")


@pytest.mark.parametrize("broken", ["no certificate", ""], ids=["nonsense", "empty"])
def test_what_nobody_can_read_is_made_anew(tmp_path: Path, broken: str) -> None:
    """So is one whose planned name or address is another now."""
    first, _ = made(tmp_path)
    certificate_files(tmp_path, "suqian", "one")[0].write_text(broken)
    assert "BEGIN CERTIFICATE" in made(tmp_path)[0]
    moved, _ = made(tmp_path, Holder(KEEPER.name, ("10.205.0.99",)))
    assert moved != first
    assert not verified(tmp_path, "-verify_ip", "10.205.0.99")
