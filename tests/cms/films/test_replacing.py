"""What becomes of a film when a new file arrives for it?"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from cms.films.actions.uploads import refuse_upload
from cms.films.jobs import tidy
from cms.films.models import Film, FilmState, Leftover, Upload
from cms.films.queries import situation_of
from foundation.jobs.worker import run_until_idle
from foundation.storage import private_store
from tests.cms.films.hooks import hook, job_of
from tests.cms.films.prepared import prepare
from tests.cms.films.tus import TusClient
from tests.cms.films.twin import TranscoderTwin

pytestmark = pytest.mark.django_db


def test_a_new_file_replaces_the_film_only_when_it_is_ready(
    tus: TusClient, ordered: Film, twin: TranscoderTwin, footage: Path, clean_footage: Path
) -> None:
    hook(twin.succeed(job_of(ordered), prepare(ordered, footage)))
    first = Film.objects.get()

    tus.send(ordered, clean_footage)
    uploading = situation_of(Film.objects.get())
    run_until_idle()
    during = Film.objects.get()
    hook(twin.succeed(job_of(during), prepare(during, clean_footage)))
    after = Film.objects.get()

    assert uploading.state == "checking"
    assert (during.state, during.prepared_prefix) == (FilmState.QUEUED, first.prepared_prefix)
    assert (after.state, after.prepared_prefix) == (FilmState.READY, f"renditions/{after.pk}/2")


def test_old_masters_and_renditions_outlive_their_replacement_for_an_hour(
    tus: TusClient, ordered: Film, twin: TranscoderTwin, footage: Path, clean_footage: Path
) -> None:
    hook(twin.succeed(job_of(ordered), prepare(ordered, footage)))
    old = Film.objects.get()
    tus.send(ordered, clean_footage)
    run_until_idle()
    hook(twin.succeed(job_of(Film.objects.get()), prepare(Film.objects.get(), clean_footage)))

    tidy()
    kept = [private_store().exists(key) for key in (old.master_key, f"{old.prepared_prefix}/film.mp4")]
    Leftover.objects.update(purge_after=timezone.now())
    tidy()
    gone = [private_store().exists(key) for key in (old.master_key, f"{old.prepared_prefix}/film.mp4")]

    new = Film.objects.get()
    assert (kept, gone) == ([True, True], [False, False])
    assert private_store().exists(new.master_key)
    assert private_store().exists(f"{new.prepared_prefix}/film.mp4")


def test_a_new_file_during_the_preparation_calls_the_old_order_off(
    tus: TusClient, ordered: Film, twin: TranscoderTwin, clean_footage: Path
) -> None:
    old_job = job_of(ordered)

    tus.send(ordered, clean_footage)
    run_until_idle()

    assert twin.cancelled == [old_job]
    assert len(twin.orders) == 2
    hook(twin.tell(old_job, "cancelled"))
    assert Film.objects.get().state == FilmState.QUEUED


@pytest.mark.parametrize("is_ready", [True, False])
def test_the_same_file_again_changes_nothing(
    tus: TusClient, ordered: Film, twin: TranscoderTwin, footage: Path, is_ready: bool
) -> None:
    if is_ready:
        hook(twin.succeed(job_of(ordered), prepare(ordered, footage)))
    before = Film.objects.values().get()

    upload = tus.send(ordered, footage)
    run_until_idle()
    tidy()

    assert Film.objects.values().get() == before
    assert len(twin.orders) == 1
    assert not private_store().exists(upload.master_key)


def test_an_upload_nobody_goes_on_with_steps_back(
    tus: TusClient, ordered: Film, twin: TranscoderTwin, footage: Path
) -> None:
    hook(twin.succeed(job_of(ordered), prepare(ordered, footage)))
    film, empty = Film.objects.get(), Film.objects.create(title="Empty")
    for each in (film, empty):
        tus.patch(tus.begin(each, 20_000), 0, footage.read_bytes()[:5000])
    later = timezone.now() + timedelta(minutes=2)

    assert [situation_of(each).state for each in (film, empty)] == ["uploading", "uploading"]
    assert situation_of(film, at=later).state == "ready"
    resting = situation_of(empty, at=later)
    assert (resting.state, resting.progress, resting.is_final) == ("uploading", 0.25, True)
    assert resting.message.startswith("The upload stands still.")


def test_a_refused_file_leaves_the_film_as_it_is(
    tus: TusClient, ordered: Film, twin: TranscoderTwin, footage: Path
) -> None:
    hook(twin.succeed(job_of(ordered), prepare(ordered, footage)))
    url = tus.begin(ordered, 100_000)
    refuse_upload(Upload.objects.latest("created_at"), "It is no film.", at=timezone.now())

    situation = situation_of(Film.objects.get())

    assert (situation.state, situation.notice, situation.is_final) == ("ready", "It is no film.", True)
    tus.begin(ordered, 100_000)
    assert tus.head(url).status_code == 410
    assert situation_of(Film.objects.get()).notice == ""
