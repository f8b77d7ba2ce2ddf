"""Where does a film's unfinished work lie, and which stages are done?

Every stage leaves one JSON file, written whole or not at all. Whoever continues after a killed worker finds them and
goes on with the first stage that has none.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from foundation.contracts.base import Contract

Result = TypeVar("Result", bound=Contract)


class WorkDirectory:
    """The folder ``path`` of one film. Opening it for another film or profile empties it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()  # what we start runs in another folder
        self.output = self.path / "output"

    def open_for(self, identity: str) -> None:
        """Make the folder, or take it over when it belongs to ``identity`` already."""
        label = self.path / "film"
        if not label.is_file() or label.read_text() != identity:
            self.remove()
            self.path.mkdir(parents=True)
            write_whole(label, identity.encode())
        self.output.mkdir(exist_ok=True)

    def remembered(self, stage: str, model: type[Result], work: Callable[[], Result]) -> Result:
        """Return what ``stage`` left; without that, do the work and keep its result."""
        marker = self.path / f"{stage}.json"
        found = _stored(marker, model)
        if found is not None:
            return found
        result = work()
        write_whole(marker, result.model_dump_json().encode())
        return result

    def has(self, stage: str) -> bool:
        return (self.path / f"{stage}.json").is_file()

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _stored(marker: Path, model: type[Result]) -> Result | None:
    """Return the result in ``marker``; None when there is none, or one of an older version of the pipeline."""
    try:
        return model.model_validate_json(marker.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` so that a crash leaves the old file or the new one, never half of one."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
