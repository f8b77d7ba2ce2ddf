"""Is every sentence of the transcoder known here, so that it is shown in the language of whoever reads it?"""

import ast
from pathlib import Path

from cms.films.refusals import SENTENCES

ONLY_AT_THE_COMMAND_LINE = {"This is not a file: name one film."}


def test_every_sentence_of_the_transcoder_can_be_translated(repository: Path) -> None:
    room = repository / "services" / "media_transcoder"
    spoken = sentences_in(room / "pipeline" / "refusals.py") | sentences_in(room / "orders" / "jobs.py")

    assert spoken - ONLY_AT_THE_COMMAND_LINE == set(SENTENCES)


def sentences_in(path: Path) -> set[str]:
    """Return the sentences a module gives names to."""
    assigned = [node.value for node in ast.parse(path.read_text()).body if isinstance(node, ast.Assign)]
    texts = [node.value for node in assigned if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {text for text in texts if text.endswith(".")}
