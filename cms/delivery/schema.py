"""Where does the description of the API come from? Written by ``manage openapi``, kept beside this file."""

from functools import cache
from pathlib import Path

from cms.delivery.answers import Answer

SCHEMA_FILE = Path(__file__).with_name("openapi.json")


@cache
def schema_answer() -> Answer:
    """Return the description as it was written when the code was last changed; a test holds the two together."""
    return Answer.of(SCHEMA_FILE.read_bytes())
