"""Certificates of machines: an authority a site, a key and a certificate a machine, kept beside the SSH keys (`infra.keys`).

An authority can speak for its own site alone: a certificate says `<machine>.<site>`, and the authority's own is constrained to names below
its site. So a site that trusts another's authority (a province its cities') trusts it for no machine of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from infra.files import create_whole, write_whole
from infra.inventory.certificates import Holder, authority_file, certificate_files

MACHINE_LIFE = timedelta(days=366)
AUTHORITY_LIFE = timedelta(days=3653)
_LAG = timedelta(days=1)
"""Clocks of machines may be so far behind."""


def ensure(home: Path, site: str, machines: Iterable[tuple[str, Holder]], now: datetime | None = None) -> None:
    """Make what is missing, and anew what has less than a third of its life left or says something else than planned.

    Keys are made once and stay; so a renewed authority is the same one for whoever has its old certificate. `machines`: by machine.
    """
    moment = now or datetime.now(UTC)
    key = _key(authority_file(home, site).with_suffix(".key"))
    authority = _kept(authority_file(home, site))
    if authority is None or not _good(authority, key.public_key(), moment):
        authority = _authority(site, key, moment)
        write_whole(authority_file(home, site), _pem(authority))
    for machine, holder in machines:
        file, key_file = certificate_files(home, site, machine)
        own = _key(key_file)
        found = _kept(file)
        if found is None or not (_good(found, own.public_key(), moment) and _says(found, holder, authority)):
            write_whole(file, _pem(_machine(holder, own.public_key(), authority, key, moment)))


def _good(certificate: x509.Certificate, key: ec.EllipticCurvePublicKey, now: datetime) -> bool:
    """For this key, valid now, and with a third of its life left."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return certificate.public_key() == key and begins <= now and ends - now > (ends - begins) / 3


def _says(certificate: x509.Certificate, holder: Holder, authority: x509.Certificate) -> bool:
    """Of the holder what is planned, by this authority."""
    try:
        certificate.verify_directly_issued_by(authority)
        said = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (InvalidSignature, ValueError, x509.ExtensionNotFound):
        return False
    return said == _names(holder)


def _names(holder: Holder) -> x509.SubjectAlternativeName:
    addresses = [x509.IPAddress(ip_address(row)) for row in holder.addresses]
    return x509.SubjectAlternativeName([x509.DNSName(holder.name), *addresses])


def _authority(site: str, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"govnet {site}")])
    return (
        _certificate(name, name, key.public_key(), key.public_key(), now, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName(site)], None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _machine(
    holder: Holder,
    key: ec.EllipticCurvePublicKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder.name)])
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (
        _certificate(name, authority.subject, key, authority_key.public_key(), now, MACHINE_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(_names(holder), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LAG)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in this file, made if there is none; of two makers at once the first one's stays."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        create_whole(file, _private(ec.generate_private_key(ec.SECP256R1())), mode=0o600)
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), file
    return key


def _kept(file: Path) -> x509.Certificate | None:
    """The certificate in a file; one that nobody can read is made anew."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode("ascii")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
