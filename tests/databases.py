"""How does another process find the database of the running test?"""

from pathlib import Path

from django.db import connection


def url_of_the_test() -> str:
    """Return its ``DATABASE_URL``."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(values['NAME']).absolute()}"
    return f"postgresql://{values['USER']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
