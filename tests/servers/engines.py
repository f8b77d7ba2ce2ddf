"""On which engines do instances run that tests start? The embedded ones, or those of ``./hub test --scale-out``."""

import json
import os
import sqlite3
from pathlib import Path
from uuid import uuid4

import psycopg

from infra.local.engines import engines_of
from infra.local.launcher.tables import DATABASES
from infra.local.places import Place


def give_engines(data: Path, *, like: Path | None = None) -> None:
    """Name engines of its own to the instance at ``data``, its databases copied from those of the instance ``like``."""
    if "ENGINES" not in os.environ:
        return
    where = json.loads(os.environ["ENGINES"])
    name = f"e2e-{uuid4().hex[:8]}"
    with psycopg.connect(where["postgres"] + "postgres", autocommit=True) as connection:
        for deployable in DATABASES:
            template = f' TEMPLATE "{_database(like, deployable)}"' if like else ""
            connection.execute(f'CREATE DATABASE "{name}-{deployable}"{template}'.encode())
    data.mkdir(parents=True, exist_ok=True)
    lines = (
        f"DATABASE_URL={where['postgres']}{name}-{{deployable}}",
        f"QUEUE_URL={where['rabbitmq']}",
        f"STORAGE_URL={where['s3'].format(name=name)}",
    )
    Place(data=data).engines_file.write_text("\n".join(lines) + "\n")


def rows(data: Path, deployable: str, query: str) -> list[tuple[object, ...]]:
    """Ask a database of the instance at ``data``, whichever it is."""
    engines = engines_of(Place(data=data), deployable)
    if engines:
        with psycopg.connect(engines["DATABASE_URL"]) as connection:
            return connection.execute(query.encode()).fetchall()
    lite = sqlite3.connect(f"file:{data / DATABASES[deployable]}?mode=ro", uri=True)
    try:
        return lite.execute(query).fetchall()
    finally:
        lite.close()


def _database(data: Path, deployable: str) -> str:
    return engines_of(Place(data=data), deployable)["DATABASE_URL"].rpartition("/")[2]
