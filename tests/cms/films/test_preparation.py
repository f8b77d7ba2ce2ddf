"""Does a master reach the transcoder, and is its word taken down, whatever fails in between?"""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.films.actions.films import delete_film
from cms.films.actions.masters import adopt_master, assemble
from cms.films.jobs import ask_after_silence, tidy
from cms.films.models import Film, FilmState, Upload, UploadState
from cms.films.queries import situation_of
from cms.films.work import CHECK_UPLOAD, ORDER_PREPARATION
from foundation.jobs.models import Job, State
from foundation.jobs.worker import run_until_idle
from foundation.storage import delete_tree, local_path, private_store, put
from tests.cms.films.hooks import hook, job_of
from tests.cms.films.prepared import prepare
from tests.cms.films.tus import TusClient
from tests.cms.films.twin import TranscoderTwin
from tests.stores import keys_below

pytestmark = pytest.mark.django_db


def test_a_complete_upload_becomes_the_master_and_is_ordered(
    tus: TusClient, film: Film, footage: Path, twin: TranscoderTwin
) -> None:
    data = footage.read_bytes()

    upload = tus.send(film, footage, piece=10_000)
    run_until_idle()

    film.refresh_from_db()
    assert film.master_key == f"masters/{upload.pk}/master"
    assert film.master_sha256 == hashlib.sha256(data).hexdigest()
    assert (film.master_size_bytes, film.master_name) == (len(data), "film.mp4")
    with local_path(private_store(), film.master_key) as path:
        assert path.read_bytes() == data
    [(key, request)] = twin.orders.items()
    assert key == f"{film.master_sha256}-1-{film.pk.hex}-1"
    assert (request.source_key, request.source_sha256) == (film.master_key, film.master_sha256)
    assert request.output_prefix == film.output_prefix == f"renditions/{film.pk}/1"
    assert (film.state, film.job_id) == (FilmState.QUEUED, next(iter(twin.statuses)))
    upload.refresh_from_db()
    assert (upload.state, upload.parts.count()) == (UploadState.ACCEPTED, 0)


def test_the_parts_of_an_accepted_upload_are_deleted(ordered: Film) -> None:
    tidy()

    assert not keys_below(private_store(), Upload.objects.get().prefix)


def test_a_check_that_runs_twice_does_nothing_twice(ordered: Film, twin: TranscoderTwin) -> None:
    Job.objects.filter(kind=CHECK_UPLOAD).update(state=State.QUEUED, run_at=Now(), finished_at=None)

    run_until_idle()

    ordered.refresh_from_db()
    assert (ordered.attempt, len(twin.orders)) == (1, 1)


def test_a_silent_transcoder_is_asked_until_it_answers(
    tus: TusClient, film: Film, footage: Path, twin: TranscoderTwin
) -> None:
    twin.is_down = True
    tus.send(film, footage)
    run_until_idle()
    waiting = situation_of(Film.objects.get())

    twin.is_down = False
    Job.objects.filter(kind=ORDER_PREPARATION).update(run_at=Now())
    run_until_idle()

    assert (waiting.state, waiting.is_final) == ("queued", False)
    assert waiting.message.startswith("The transcoder doesn't answer.")
    film.refresh_from_db()
    assert film.job_id in twin.statuses
    assert (film.message, len(twin.orders)) == ("", 1)


def test_a_transcoder_that_refuses_the_order_is_said(
    tus: TusClient, film: Film, footage: Path, twin: TranscoderTwin, settings: Any
) -> None:
    settings.TRANSCODER_KEY = "another key"

    tus.send(film, footage)
    run_until_idle()

    film.refresh_from_db()
    assert film.state == FilmState.FAILED
    assert "doesn't accept the film" in situation_of(film).message
    assert situation_of(film).can_retry


def test_webhooks_carry_progress_to_the_page(staff: Client, ordered: Film, twin: TranscoderTwin) -> None:
    status = twin.tell(job_of(ordered), "running", stage="encode", progress=0.4)

    response = hook(status)

    assert response.json() == {"status": "heard"}
    assert staff.get(reverse("films:situation", args=[ordered.pk])).json() == {
        "state": "running",
        "label": "Being prepared",
        "stage": "Making the sizes for phones, classrooms and big screens",
        "progress": 0.4,
        "message": "",
        "is_final": False,
        "can_retry": False,
        "notice": "",
    }


def test_older_news_and_news_of_others_change_nothing(ordered: Film, twin: TranscoderTwin) -> None:
    older = twin.tell(job_of(ordered), "running", stage="probe", progress=0.1)
    newer = twin.tell(job_of(ordered), "running", stage="encode", progress=0.6)
    foreign = newer.model_copy(update={"job_id": uuid4(), "version": 99, "state": "failed"})
    hook(newer)
    before = Film.objects.values().get()

    for status in (older, newer, foreign):
        assert hook(status).status_code == 200

    assert Film.objects.values().get() == before
    assert before["progress"] == 0.6


def test_a_webhook_with_a_wrong_signature_is_refused(ordered: Film, twin: TranscoderTwin) -> None:
    status = twin.tell(job_of(ordered), "failed", message="No.")

    response = hook(status, secret="whsec_" + "A" * 32)

    assert response.status_code == 401
    assert Film.objects.get().state == FilmState.QUEUED


def test_a_film_is_ready_once_its_files_are(ordered: Film, twin: TranscoderTwin, clean_footage: Path) -> None:
    manifest = prepare(ordered, clean_footage)

    hook(twin.succeed(job_of(ordered), manifest))

    ordered.refresh_from_db()
    assert (ordered.state, ordered.prepared_prefix) == (FilmState.READY, ordered.output_prefix)
    assert ordered.prepared == manifest


def test_files_of_another_master_are_not_taken(ordered: Film, twin: TranscoderTwin, clean_footage: Path) -> None:
    manifest = prepare(ordered, clean_footage).model_copy(update={"source_sha256": "b" * 64})

    hook(twin.succeed(job_of(ordered), manifest))

    ordered.refresh_from_db()
    assert (ordered.state, ordered.manifest) == (FilmState.FAILED, None)
    assert "belongs to another file" in situation_of(ordered).message


def test_a_refusal_is_shown_and_can_be_tried_again(staff: Client, ordered: Film, twin: TranscoderTwin) -> None:
    first_job = job_of(ordered)
    hook(twin.tell(first_job, "refused", message="The film is cut off before its end. Upload it again."))
    shown = staff.get(reverse("films:edit", args=[ordered.pk])).content.decode()

    staff.post(reverse("films:retry", args=[ordered.pk]))
    run_until_idle()

    assert "The film is cut off before its end. Upload it again." in shown
    ordered.refresh_from_db()
    assert (ordered.state, ordered.attempt, ordered.output_prefix) == ("queued", 2, f"renditions/{ordered.pk}/2")
    assert ordered.job_id not in {None, first_job}
    assert len(twin.orders) == 2


def test_a_film_in_preparation_is_not_ordered_twice(staff: Client, ordered: Film, twin: TranscoderTwin) -> None:
    staff.post(reverse("films:retry", args=[ordered.pk]))
    run_until_idle()

    ordered.refresh_from_db()
    assert (ordered.attempt, len(twin.orders)) == (1, 1)


def test_a_lost_webhook_is_asked_for_after_thirty_seconds(
    ordered: Film, twin: TranscoderTwin, clean_footage: Path
) -> None:
    twin.succeed(job_of(ordered), prepare(ordered, clean_footage))
    ask_after_silence()
    asked_too_early = [line for line in twin.asked if line.startswith("GET")]
    Film.objects.update(heard_at=timezone.now() - timedelta(seconds=31))

    ask_after_silence()

    assert asked_too_early == []
    assert Film.objects.get().state == FilmState.READY


def test_a_transcoder_that_forgot_the_job_gets_it_again(ordered: Film, twin: TranscoderTwin) -> None:
    twin.statuses.clear()
    Film.objects.update(heard_at=timezone.now() - timedelta(minutes=5))

    ask_after_silence()
    run_until_idle()

    ordered.refresh_from_db()
    assert (ordered.state, ordered.attempt) == (FilmState.QUEUED, 2)
    assert ordered.job_id in twin.statuses


def test_silence_is_said_and_ends_with_an_answer(ordered: Film, twin: TranscoderTwin) -> None:
    twin.is_down = True
    Film.objects.update(heard_at=timezone.now() - timedelta(minutes=5))
    ask_after_silence()
    silent = situation_of(Film.objects.get()).message

    twin.is_down = False
    Film.objects.update(heard_at=timezone.now() - timedelta(minutes=5))
    ask_after_silence()

    assert silent.startswith("The transcoder doesn't answer.")
    assert situation_of(Film.objects.get()).message == ""


def test_a_file_that_turns_out_to_be_none_is_refused_on_the_page(tus: TusClient, film: Film, tmp_path: Path) -> None:
    tiny = tmp_path / "tiny.mp4"
    tiny.write_bytes(b"hi")
    upload_url = tus.begin(film, 3)
    tus.patch(upload_url, 0, b"h")
    tus.patch(upload_url, 1, b"i!")

    run_until_idle()
    tidy()

    situation = situation_of(film)
    assert (situation.state, situation.is_final) == ("refused", True)
    assert not private_store().exists(Upload.objects.get().master_key)
    assert situation.message == "This file is text, not a film, whatever its name says. Choose the film itself."


def test_a_film_that_is_deleted_while_its_file_is_checked_leaves_nothing(
    tus: TusClient, film: Film, footage: Path
) -> None:
    upload = tus.send(film, footage)
    stored = assemble(upload, report=lambda share: None)
    delete_film(film, at=timezone.now())
    tidy()

    put(private_store(), stored.key, [footage.read_bytes()])
    adopt_master(upload, stored, at=timezone.now())
    tidy()

    assert not Film.objects.exists()
    assert not private_store().exists(stored.key)


def test_a_check_that_cannot_be_done_ends_in_a_sentence(tus: TusClient, film: Film, footage: Path) -> None:
    upload = tus.send(film, footage)
    delete_tree(private_store(), upload.prefix)
    Job.objects.update(max_attempts=1)

    run_until_idle()

    assert situation_of(film).message == "The file could not be checked. Upload it again."
