"""Where do the films of others lie that the tests may look at? Beside the repository, in development and in CI."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "media"
FILMS = SHARED / "films"
HOSTILE = SHARED / "hostile"
needs_shared = pytest.mark.skipif(not FILMS.is_dir(), reason="Lacks ../shared/media beside the repository.")
