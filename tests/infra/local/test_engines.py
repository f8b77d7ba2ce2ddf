"""Do the lines of a file become the engines of an instance, and is the embedded default left alone without one?"""

from pathlib import Path

import pytest

from infra.local.engines import EnginesUnreadable, engines_of, is_embedded
from infra.local.environment import cms_environment, newsletter_environment, site_environment
from infra.local.places import Place
from infra.local.secrets import make_secrets

FILE = """\
# where the data lie
DATABASE_URL=postgresql://hub:se=cret@db/{deployable}
QUEUE_URL = amqp://queue//

STORAGE_URL=s3://key:secret@store:8333/tools?tls=no
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(data=tmp_path)


def test_without_a_file_an_instance_is_embedded(place: Place) -> None:
    assert is_embedded(place)
    assert engines_of(place, "cms") == {}
    assert "DATABASE_URL" not in cms_environment(place, make_secrets())


def test_each_deployable_has_a_database_of_its_own(place: Place) -> None:
    place.engines_file.write_text(FILE)

    environment = newsletter_environment(place, make_secrets())

    assert not is_embedded(place)
    assert environment["DATABASE_URL"] == "postgresql://hub:se=cret@db/newsletter"
    assert environment["QUEUE_URL"] == "amqp://queue//"
    assert environment["STORAGE_URL"] == "s3://key:secret@store:8333/tools?tls=no"


def test_the_small_sites_hear_nothing_of_engines(place: Place) -> None:
    place.engines_file.write_text(FILE)

    assert not {"DATABASE_URL", "QUEUE_URL", "STORAGE_URL"} & site_environment(place, make_secrets()).keys()


@pytest.mark.parametrize("line", ["SECRET_KEY=abc", "DATABASE_URL", "QUEUE_URL: amqp://name:secret@queue"])
def test_another_line_is_refused_without_its_value(place: Place, line: str) -> None:
    place.engines_file.write_text(f"{line}\n")

    with pytest.raises(EnginesUnreadable, match="may only set DATABASE_URL") as refusal:
        engines_of(place, "cms")

    assert "secret" not in str(refusal.value)
