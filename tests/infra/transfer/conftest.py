"""What do the tests of transfers share? One furnished installation and its backup, made once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.secrets import secrets_of
from infra.transfer.backing_up import back_up
from infra.transfer.installation import Installation, in_folder
from infra.transfer.reading import ArchiveSource
from tests.infra.transfer.places import Answers, Told, answers_of, empty_folder
from tests.servers.postgres import postgres_url as postgres_url
from tests.servers.seaweedfs import s3_server as s3_server


@dataclass(frozen=True)
class Origin:
    """An installation nobody changes, what its API answers, and a backup of it."""

    installation: Installation
    answers: Answers
    folder: Path
    told: str

    @property
    def archive(self) -> ArchiveSource:
        return ArchiveSource(self.folder)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Origin:
    base = tmp_path_factory.mktemp("origin")
    place = empty_folder(base / "été data")
    secrets_of(place.secrets_file)
    installation = in_folder(place)
    installation.run("cms", "tests.infra.transfer.furnishing_cms")
    installation.run("newsletter", "tests.infra.transfer.furnishing_newsletter")
    tell = Told()
    back_up(installation, base / "backups" / "first", data=place.data, with_secrets=True, tell=tell)
    return Origin(installation, answers_of(installation), base / "backups" / "first", tell.text())
