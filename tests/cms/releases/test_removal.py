"""Do public files that no release needs go, and only these?"""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cms.releases.jobs import ORPHAN_AGE, sweep_files
from cms.releases.removal import batched
from foundation.storage import public_store
from tests.cms.releases.payloads import public_file, released

pytestmark = pytest.mark.django_db


def age(key: str, by: timedelta) -> None:
    then = (timezone.now() - by).timestamp()
    os.utime(public_store().target(key), (then, then))


def test_what_a_failed_release_left_is_swept_after_a_while() -> None:
    old, young, needed, film = (
        public_file(name=name)
        for name in ("sha256/aa/old.jpg", "sha256/aa/young.jpg", "sha256/aa/needed.jpg", "films/abc/hls/old.m3u8")
    )
    released(uuid4(), files=(needed,))
    for file in (old, needed, film):
        age(file.key, ORPHAN_AGE * 2)

    sweep_files()

    left = [file.key for file in (old, young, needed, film) if public_store().exists(file.key)]
    assert left == [young.key, needed.key]


def test_an_empty_store_has_nothing_to_sweep() -> None:
    sweep_files()


def test_batches_hold_everything_once() -> None:
    assert list(batched("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
