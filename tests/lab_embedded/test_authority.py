"""Clients trust the lab's own authority, and nothing else that claims to be the API."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from lab import authority
from lab.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path / "state", tmp_path / "cache")
    authority.ensure(made)
    return made


def handshake(places: Places, trusted: Path, name: str) -> None:
    """A TLS handshake in memory between the lab's server and a client that trusts one authority."""
    server_side, client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(trusted))
    server_side.load_cert_chain(*authority.server_files(places))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client_side.wrap_bio(to_client, to_server, server_hostname=name),
        server_side.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in list(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            ends.remove(end)
    assert ends == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_api_is_trusted_under_both_its_names(places: Places, name: str) -> None:
    """Address and name are in the certificate."""
    handshake(places, places.ca_file, name)


def test_another_authority_is_not_believed(places: Places, tmp_path: Path) -> None:
    """Not even one that was made the same way."""
    other = Places(tmp_path / "other", tmp_path / "cache")
    authority.ensure(other)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(places, other.ca_file, "localhost")


def test_another_name_is_not_believed(places: Places) -> None:
    """The certificate is for this machine's loopback alone."""
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(places, places.ca_file, "cloud.example")


def test_keys_are_for_root_alone_and_stay_the_same(places: Places) -> None:
    """A second `lab up` must not make every client's trust stale."""
    keys = [places.authority / "ca.key", authority.server_files(places)[1]]
    assert [key.stat().st_mode & 0o777 for key in keys] == [0o600, 0o600]
    before = places.ca_file.read_bytes()
    authority.ensure(places)
    assert places.ca_file.read_bytes() == before
