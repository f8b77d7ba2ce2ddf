"""Which secrets does ``docker-compose.yml`` read, and how are they made? One file each, never replaced.

The folder is the lock: only its owner may enter it (0700). The files in it can be read by whoever gets there (0444),
because in each container they are read by another user than the one who made them.
"""

import base64
import json
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

DATABASES = ("cms", "transcoder", "newsletter")
STORES = "make-it-safe"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
CERTIFICATE_DAYS = 825


class NoCertificate(Exception):
    """The certificate could not be made; the message says what to do."""


def key() -> str:
    return secrets.token_urlsafe(48)


def signing_secret() -> str:
    """Return a secret of Standard Webhooks: ``whsec_`` and random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def password() -> str:
    """Return a password that is easy to type: four groups of four letters without look-alikes (80 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


SINGLE: dict[str, Callable[[], str]] = {
    "staff_password": password,
    "postgres_password": key,
    "cms_secret_key": key,
    "transcoder_secret_key": key,
    "newsletter_secret_key": key,
    "transcoder_key": key,
    "newsletter_key": key,
    "transcoder_webhook_secret": signing_secret,
    "newsletter_webhook_secret": signing_secret,
    "cms_webhook_secret": signing_secret,
    "address_hash_key": key,
    "metrics_key": key,
    "cms_replica_url": str,  # empty: write the address of a replica here for the delivery process to read from
    "smtp_url": lambda: "smtp://mails:8026",  # the catcher of the profile demo: write your relay here
    **{f"{name}_database_url": lambda name=name: f"postgresql://{name}:{key()}@postgres/{name}" for name in DATABASES},  # type: ignore[misc]
}


def store() -> dict[str, str]:
    """Return what the S3 server and those who use it share."""
    access, hidden = f"make-it-safe-{secrets.token_hex(4)}", secrets.token_hex(32)
    rights = ["Admin", "Read", "List", "Tagging", "Write"]
    identity = {"name": "make-it-safe", "credentials": [{"accessKey": access, "secretKey": hidden}], "actions": rights}
    return {
        "storage_url": f"s3://{access}:{hidden}@seaweedfs:8333/{STORES}?tls=no",
        "seaweedfs_s3.json": json.dumps({"identities": [identity]}, indent=2),
    }


def queue() -> dict[str, str]:
    """Return what the broker and those who use it share."""
    hidden = key()
    user = f"default_user = make-it-safe\ndefault_pass = {hidden}\ndefault_vhost = make-it-safe"
    return {"queue_url": f"amqp://make-it-safe:{hidden}@rabbitmq/make-it-safe", "rabbitmq_user.conf": user}


SHARED = (store, queue)


def make_secrets(folder: Path, *, hosts: tuple[str, ...] = ("localhost", "127.0.0.1")) -> list[str]:
    """Make what is missing in ``folder``; return the names of what was made. Raises NoCertificate."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = {name: maker() for name, maker in SINGLE.items() if not (folder / name).exists()}
    for maker in SHARED:
        group = maker()
        if not all((folder / name).exists() for name in group):
            made |= group
    for name, value in made.items():
        _write(folder / name, value)
    if not (folder / "tls_certificate.pem").exists():
        made |= dict.fromkeys(make_certificate(folder, hosts), "")
    return sorted(made)


def make_certificate(folder: Path, hosts: tuple[str, ...]) -> tuple[str, str]:
    """Make a certificate that vouches for itself, for a first look; a real one takes its place. NoCertificate."""
    if shutil.which("openssl") is None:
        raise NoCertificate(f"Put tls_certificate.pem and tls_key.pem into {folder}, or install openssl.")
    names = ",".join(f"IP:{host}" if host.replace(".", "").isdecimal() else f"DNS:{host}" for host in hosts)
    certificate, private = folder / "tls_certificate.pem", folder / "tls_key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", str(CERTIFICATE_DAYS), "-subj", f"/CN={hosts[0]}", "-addext", f"subjectAltName={names}"]
    command += ["-keyout", f"{private}.part", "-out", f"{certificate}.part"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoCertificate(f"openssl made no certificate: {done.stderr.strip()[-300:]}")
    for path in (private, certificate):
        Path(f"{path}.part").chmod(0o444)
        Path(f"{path}.part").replace(path)
    return certificate.name, private.name


def _write(path: Path, value: str) -> None:
    """Write the file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.write_text(value + "\n")
    part.chmod(0o444)
    part.replace(path)
