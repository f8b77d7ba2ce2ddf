"""Are the secrets made whole, once, and for nobody else to read?"""

import base64
import json
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra.containers import secrets
from infra.containers.secrets import NoCertificate, make_secrets


def test_only_the_owner_may_enter_the_folder_and_nothing_in_it_is_writable(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")

    folder = tmp_path / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "smtp_url").write_text("smtp://relay.example.org\n")
    make_secrets(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    made = make_secrets(tmp_path)

    assert made == []
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert before["smtp_url"] == b"smtp://relay.example.org\n"


def test_those_who_share_a_secret_have_the_same(tmp_path: Path) -> None:
    make_secrets(tmp_path)

    store = urlsplit((tmp_path / "storage_url").read_text().strip())
    (identity,) = json.loads((tmp_path / "seaweedfs_s3.json").read_text())["identities"]
    assert identity["credentials"] == [{"accessKey": store.username, "secretKey": store.password}]
    queue = urlsplit((tmp_path / "queue_url").read_text().strip())
    user = dict(line.split(" = ") for line in (tmp_path / "rabbitmq_user.conf").read_text().splitlines())
    assert user == {"default_user": queue.username, "default_pass": queue.password, "default_vhost": queue.path[1:]}


def test_each_secret_is_long_and_another_one(tmp_path: Path) -> None:
    make_secrets(tmp_path)

    keys = [(tmp_path / name).read_text().strip() for name in ("cms_secret_key", "newsletter_key", "address_hash_key")]
    assert all(len(key) >= 50 for key in keys)
    assert len(set(keys)) == 3
    signing = (tmp_path / "cms_webhook_secret").read_text().strip()
    assert 24 <= len(base64.b64decode(signing.removeprefix("whsec_"), validate=True)) <= 64


def test_the_certificate_vouches_for_the_names_given(tmp_path: Path) -> None:
    make_secrets(tmp_path, hosts=("cms.example.org", "127.0.0.1"))

    context = ssl.create_default_context(cafile=str(tmp_path / "tls_certificate.pem"))
    (certificate,) = context.get_ca_certs()
    assert certificate["subjectAltName"] == (("DNS", "cms.example.org"), ("IP Address", "127.0.0.1"))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "tls_certificate.pem", tmp_path / "tls_key.pem")


def test_a_machine_without_openssl_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoCertificate, match=r"tls_certificate\.pem"):
        secrets.make_certificate(tmp_path, ("localhost",))
