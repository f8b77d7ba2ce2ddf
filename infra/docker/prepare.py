"""What must be done once before a deployable may start? ``python -m infra.docker.prepare cms|transcoder|newsletter``

Tables; for the CMS also the buckets and what an empty CMS begins with. Everything is looked for before it is made, and
of two preparations at a time one waits for the other.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from foundation.configuration import env

MANAGE = {
    "cms": "cms.manage",
    "transcoder": "services.media_transcoder.manage",
    "newsletter": "services.newsletter.manage",
}
LOCK = 6_101_969  # any number, as long as it is always the same


def main(deployable: str) -> None:
    with alone(env("DATABASE_URL")):
        manage(deployable, "migrate", "--no-input", "--verbosity", "1")
        if deployable == "cms":
            manage(deployable, "prepare_stores")
            begin()


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Hold a lock in the database: it is free again when the connection ends, however it ends."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield


def manage(deployable: str, *command: str) -> None:
    """Run one management command in a process of its own; CalledProcessError if it fails."""
    subprocess.run((sys.executable, "-m", MANAGE[deployable], *command), check=True)


def begin() -> None:
    """Make the first member of staff and what else an empty CMS needs, with the settings of the CMS."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.config.settings")
    django.setup()
    from infra.local.beginnings import begin

    begin(password=env("STAFF_PASSWORD"))


if __name__ == "__main__":
    main(sys.argv[1])
