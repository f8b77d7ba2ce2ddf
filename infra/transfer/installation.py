"""Which installation is meant: that of a data folder, or databases and stores by their addresses?"""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from foundation.configuration import storages_from
from foundation.storage.stores import Store
from infra.local.engines import engines_of
from infra.local.launcher.child import die_with
from infra.local.launcher.processes import MANAGE, environments, python
from infra.local.launcher.tables import DATABASES
from infra.local.places import ROOT, Place
from infra.local.secrets import make_secrets, secrets_of
from infra.transfer.databases import is_sqlite, is_there, reading, require_known, without_password
from infra.transfer.errors import TransferError
from infra.transfer.tables import DEPLOYABLES, Catalogue

STORES = ("private", "public")
_SETTINGS = {
    "cms": "cms.config.settings",
    "newsletter": "services.newsletter.settings",
    "transcoder": "services.media_transcoder.settings",
}


@dataclass(frozen=True)
class Installation:
    """The three databases by deployable and the address of both stores; ``place`` is its data folder, if it has one."""

    databases: dict[str, str]
    storage: str
    place: Place | None = None

    @property
    def is_on_s3(self) -> bool:
        return self.storage.startswith("s3:")

    def __str__(self) -> str:
        if self.place:
            return str(self.place.data)
        return f"{without_password(self.databases['cms'])} and {without_password(self.storage)}"

    def stores(self) -> dict[str, Store]:
        """Open both stores; nothing is made in them by that."""
        if not settings.configured:
            settings.configure(USE_TZ=True)
        try:
            entries = storages_from(self.storage, data_dir=Path())
        except ImproperlyConfigured as error:
            raise TransferError(str(error)) from error
        return {name: cast(Store, _opened(entries[name])) for name in STORES}

    def environment(self, deployable: str, data: Path) -> dict[str, str]:
        """Return what a command of ``deployable`` needs to work on this installation, with ``data`` for its scraps."""
        place = self.place or Place(data=data)
        secrets = secrets_of(place.secrets_file) if place.secrets_file.exists() else make_secrets()
        return environments(place, secrets)[deployable] | {
            "DATABASE_URL": self.databases[deployable],
            "STORAGE_URL": self.storage,
            "DATABASE_POOL_SIZE": "0",
            "DJANGO_SETTINGS_MODULE": _SETTINGS[deployable],
        }

    def manage(self, deployable: str, *arguments: str) -> None:
        """Run a management command on it, quietly; TransferError says what it complained of."""
        self.run(deployable, MANAGE[deployable], arguments)

    def run(
        self, deployable: str, module: str, arguments: Sequence[str] = (), *, given: str = "", **changed: str
    ) -> str:
        """Run a module with the settings of a deployable; ``given`` is its input, what it prints is returned."""
        with tempfile.TemporaryDirectory(prefix="make-it-safe-") as scraps:
            environment = self.environment(deployable, Path(scraps)) | changed
            argv = python(module, *arguments)
            done = subprocess.run(
                argv,
                env=environment,
                cwd=ROOT,
                input=given,
                capture_output=True,
                text=True,
                check=False,
                preexec_fn=partial(die_with, os.getpid()),  # else it would meet the next run after a kill
            )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise TransferError(f"{deployable}: {' '.join((module, *arguments))} failed: {''.join(said)}")
        return done.stdout


def in_folder(place: Place) -> Installation:
    """Return the installation that ``./hub up`` runs in a data folder, on whatever engines."""
    named = {name: engines_of(place, name) for name in DEPLOYABLES}
    files = {name: f"sqlite:///{quote(str(place.data / DATABASES[name]))}" for name in DEPLOYABLES}
    databases = {name: engines.get("DATABASE_URL") or files[name] for name, engines in named.items()}
    storage = named["cms"].get("STORAGE_URL") or f"file://{quote(str(place.data / 'storage'))}"
    return Installation(databases, storage, place)


def addressed(databases: Sequence[str], storage: str) -> Installation:
    """Return the installation at these addresses.

    One address stands for all three databases and holds ``{deployable}``; or each is given as ``cms=postgresql://…``.
    """
    if not storage:
        raise TransferError("Say where the files are: --storage s3://KEY:SECRET@HOST/NAME or file:///FOLDER.")
    by_name = {name: url for name, _, url in (text.partition("=") for text in databases) if name in DEPLOYABLES}
    if not by_name and len(databases) == 1 and "{deployable}" in databases[0]:
        by_name = {name: databases[0].replace("{deployable}", name) for name in DEPLOYABLES}
    if set(by_name) != set(DEPLOYABLES) or len(set(by_name.values())) < len(DEPLOYABLES):
        raise TransferError(
            "Three databases are needed: write one address with {deployable} in it, as in "
            "postgresql://user:password@host/{deployable}, or three as cms=… newsletter=… transcoder=…."
        )
    installation = Installation({name: require_known(url) for name, url in by_name.items()}, storage)
    installation.stores()  # says so when the address can't be read
    return installation


@cache
def catalogues() -> dict[str, Catalogue]:
    """Ask the code of each deployable for its tables; no database is touched."""
    anywhere = Installation(dict.fromkeys(DEPLOYABLES, "sqlite:///:memory:"), "file:///nowhere")

    def asked(deployable: str) -> Catalogue:
        return Catalogue.from_json(json.loads(anywhere.run(deployable, "infra.transfer.catalogue")))

    return {deployable: asked(deployable) for deployable in DEPLOYABLES}


def migrate(installation: Installation) -> None:
    """Make databases and tables where they are missing."""
    for deployable, catalogue in catalogues().items():
        url = installation.databases[deployable]
        if not is_sqlite(url):
            from infra.transfer.postgres import require_database

            require_database(url)
        if not (is_there(url) and _has_all(url, catalogue)):
            installation.manage(deployable, "migrate", "--no-input", "--verbosity", "0")


def _has_all(url: str, catalogue: Catalogue) -> bool:
    with closing(reading(url)) as database:
        return set(catalogue.newest) <= database.migrations()


def _opened(entry: dict[str, object]) -> object:
    return import_string(str(entry["BACKEND"]))(**cast(dict[str, object], entry.get("OPTIONS", {})))
