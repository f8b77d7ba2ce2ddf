"""Does the command that prepares the buckets say what it did?"""

from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from foundation.configuration import storages_from
from foundation.storage import s3_client
from foundation.storage.files import FileStore
from foundation.storage.s3 import S3Store
from tests.servers.ports import free_port
from tests.servers.seaweedfs import SeaweedFS
from tests.servers.seaweedfs import s3_server as s3_server


def run(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    configured = storages_from(url, data_dir=folder)
    for name in ("private", "public"):
        kind: Any = S3Store if url.startswith("s3:") else FileStore
        monkeypatch.setitem(vars(storages)["_storages"], name, kind(**configured[name]["OPTIONS"]))
    out = StringIO()
    call_command("prepare_stores", stdout=out)
    return out.getvalue().splitlines()


def test_folders_need_no_preparation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(tmp_path.as_uri(), tmp_path, monkeypatch) == ["The stores are folders: there is nothing to prepare."]


def test_each_step_is_said(
    s3_server: SeaweedFS, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EDITING_URL = "https://cms.example.org/"
    name = f"command-{uuid4().hex[:8]}"

    lines = run(s3_server.url(name), tmp_path, monkeypatch)

    assert lines[0] == f"bucket {name}-private: done."
    assert f"{name}-private takes uploads from https://cms.example.org: done." in lines
    assert lines[-1] == "private files are not listed without a key: as it should be."
    assert len(lines) == 12


def test_a_refusal_ends_with_an_error(s3_server: SeaweedFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = s3_server.url("refused").replace("secret-of", "another-secret-of")

    with pytest.raises(CommandError, match="1 of these steps were refused"):
        run(url, tmp_path, monkeypatch)


def test_a_silent_server_ends_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_client, "ATTEMPTS", 1)

    with pytest.raises(CommandError, match="check STORAGE_URL and that it runs"):
        run(f"s3://key:secret@127.0.0.1:{free_port()}/gone?tls=no", tmp_path, monkeypatch)
