"""On which engines does an instance run? SQLite, files and polling, unless ``DATA_DIR/engines.env`` names others.

Its lines are ``NAME=value``, as in ``.env``; ``{deployable}`` in a value becomes ``cms``, ``newsletter`` or
``transcoder``, because each has a database of its own.
"""

from infra.local.places import Place

NAMES = (
    "DATABASE_URL",
    "DATABASE_POOL_SIZE",
    "DATABASE_REPLICA_URL",
    "QUEUE_URL",
    "STORAGE_URL",
    "STORAGE_BROWSER_URL",
)


class EnginesUnreadable(Exception):
    """A line of the file can't be used; the message says which, without its value."""


def engines_of(place: Place, deployable: str) -> dict[str, str]:
    """Return the settings of ``deployable`` that name its engines; nothing for the embedded default."""
    file = place.engines_file
    if not file.exists():
        return {}
    lines = [line.strip() for line in file.read_text().splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    for number, (name, equals, _value) in enumerate(pairs, start=1):
        if name.strip() not in NAMES or not equals:
            raise EnginesUnreadable(
                f"{file} may only set {', '.join(NAMES)}, as NAME=value; its setting {number} is another."
            )
    return {name.strip(): value.strip().replace("{deployable}", deployable) for name, _equals, value in pairs}


def is_embedded(place: Place) -> bool:
    """Say whether the instance needs no server beside it."""
    return not place.engines_file.exists()
