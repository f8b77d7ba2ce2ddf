"""Does the database itself refuse to change what was released?"""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from cms.releases.immutability import SENTENCE, TABLES
from tests.cms.releases.payloads import public_file, released

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_raw_sql_can_neither_update_nor_delete(table: str, statement: str) -> None:
    released(uuid4(), files=(public_file(),))
    column = "cursor" if table == "releases_change" else "id"
    sql = statement.format(table=table, column=column)

    with pytest.raises(DatabaseError, match=SENTENCE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a constant
        assert cursor.fetchone() == (1,)
