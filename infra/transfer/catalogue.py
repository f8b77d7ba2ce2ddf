"""Which tables and columns does a deployable have? Runs with its settings and prints a Catalogue as JSON."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from infra.transfer.left_out import LEFT_OUT
from infra.transfer.tables import Catalogue, Column, Kind, Table

KINDS: dict[str, Kind] = {
    "AutoField": "integer",
    "BigAutoField": "integer",
    "BigIntegerField": "integer",
    "BinaryField": "bytes",
    "BooleanField": "boolean",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "decimal",
    "EmailField": "text",
    "FileField": "text",
    "FloatField": "float",
    "IntegerField": "integer",
    "JSONField": "json",
    "PositiveBigIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "SlugField": "text",
    "SmallAutoField": "integer",
    "SmallIntegerField": "integer",
    "TextField": "text",
    "URLField": "text",
    "UUIDField": "uuid",
}


def catalogue() -> Catalogue:
    """Describe every table that is carried over; KeyError for a kind of field nobody has thought of yet."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    carried = [model for model in models if model._meta.label not in LEFT_OUT]
    loader = MigrationLoader(None)
    migrations, newest = (_named(nodes) for nodes in (loader.disk_migrations, loader.graph.leaf_nodes()))
    return Catalogue(tuple(_table(model) for model in carried), migrations, newest)


def _named(nodes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{app}.{name}" for app, name in nodes)


def _table(model: Any) -> Table:
    meta = model._meta
    columns = tuple(_column(field) for field in meta.local_concrete_fields)
    is_counted = meta.pk.get_internal_type() in {"AutoField", "BigAutoField", "SmallAutoField"}
    return Table(meta.db_table, meta.label, meta.pk.column, is_counted, columns)


def _column(field: Any) -> Column:
    pointed_at = field
    while pointed_at.remote_field:
        pointed_at = pointed_at.target_field
    kind = KINDS[pointed_at.get_internal_type()]
    return Column(field.column, kind, pointed_at.decimal_places if kind == "decimal" else 0)


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(catalogue().as_json(), sys.stdout)
