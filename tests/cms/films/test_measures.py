"""What is measured of the films?"""

import pytest

from cms.films.measures import failed_again, films
from cms.films.models import Film

pytestmark = pytest.mark.django_db


def test_films_are_counted_by_state_and_those_that_fail_again_apart() -> None:
    for title, state, attempt in (("One", "failed", 1), ("Two", "failed", 2), ("Three", "empty", 0)):
        Film.objects.create(title=title, state=state, attempt=attempt)

    counts = {state: number for (state,), number in films()}

    assert {state: number for state, number in counts.items() if number} == {"failed": 2, "empty": 1}
    assert counts["running"] == 0
    assert list(failed_again()) == [((), 1)]
