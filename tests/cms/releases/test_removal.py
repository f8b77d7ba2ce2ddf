"""Do public files that no release needs go, and only these?"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cms.releases import jobs
from cms.releases.jobs import sweep_files
from cms.releases.removal import batched, orphans
from foundation.storage import public_store
from tests.cms.releases.payloads import public_file, released

pytestmark = pytest.mark.django_db


def test_what_a_failed_release_left_is_swept_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    left, needed, film = (
        public_file(name=name) for name in ("sha256/aa/left.jpg", "sha256/aa/needed.jpg", "films/abc/hls/left.m3u8")
    )
    released(uuid4(), files=(needed,))

    sweep_files()
    young = [file.key for file in (left, needed, film) if public_store().exists(file.key)]
    monkeypatch.setattr(jobs, "ORPHAN_AGE", timedelta(hours=-1))
    sweep_files()
    old = [file.key for file in (left, needed, film) if public_store().exists(file.key)]

    assert young == [left.key, needed.key, film.key]
    assert old == [needed.key]


def test_a_file_is_as_old_as_it_lies_there() -> None:
    left = public_file(name="sha256/bb/left.jpg")
    now = timezone.now()

    found = [left.key in orphans(older_than=now + timedelta(minutes=shift)) for shift in (-1, 1)]

    assert found == [False, True]


def test_an_empty_store_has_nothing_to_sweep() -> None:
    sweep_files()


def test_batches_hold_everything_once() -> None:
    assert list(batched("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
