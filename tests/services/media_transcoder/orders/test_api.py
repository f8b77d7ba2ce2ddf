"""Does the API take each order once, from those who have the key, and say what is wrong with the others?"""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from foundation.contracts.transcoding import TranscodeRequest, TranscodeStatus
from foundation.jobs.models import Job
from services.media_transcoder.orders.models import Order
from tests.services.media_transcoder.orders.conftest import Service

pytestmark = pytest.mark.django_db
REQUEST = TranscodeRequest(source_key="films/1/master", source_sha256="a" * 64, output_prefix="films/1/prepared")


def test_an_order_is_taken_and_can_be_asked_for(service: Service) -> None:
    response = service.ask(REQUEST, key="one")

    status = TranscodeStatus.model_validate_json(response.content)
    assert response.status_code == 202
    assert (status.version, status.state, status.stage, status.progress) == (1, "queued", "queued", 0)
    assert status.source_sha256 == REQUEST.source_sha256
    assert service.status(status.job_id) == status
    assert Job.objects.filter(kind="transcoder.prepare").count() == 1


def test_the_same_key_is_the_same_order(service: Service) -> None:
    first = service.ask(REQUEST, key="one")

    again = service.ask(REQUEST, key="one")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.content == first.content
    assert Order.objects.count() == Job.objects.count() == 1


def test_a_key_can_not_be_used_for_another_film(service: Service) -> None:
    service.ask(REQUEST, key="one")
    other = REQUEST.model_copy(update={"source_key": "films/2/master"})

    response = service.ask(other, key="one")

    assert response.status_code == 409
    assert response.headers["Content-Type"] == "application/problem+json"
    assert Order.objects.get().request["source_key"] == REQUEST.source_key


def test_who_has_no_key_learns_and_changes_nothing(service: Service) -> None:
    order = service.order(REQUEST)
    stranger = Client(headers={"Authorization": "Bearer guessed"})
    body = REQUEST.model_dump_json()

    answers = [
        stranger.post("/v1/jobs", body, content_type="application/json", headers={"Idempotency-Key": "two"}),
        stranger.get(f"/v1/jobs/{order.job_id}"),
        stranger.post(f"/v1/jobs/{order.job_id}/cancel"),
        Client().get(f"/v1/jobs/{order.job_id}"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert Order.objects.get().state == "queued"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{", ""),
        ("{}", "source_key"),
        (REQUEST.model_dump_json().replace("films/1/master", "../secrets.json"), "source_key"),
        (REQUEST.model_dump_json().replace('"source_sha256"', '"sha"'), "source_sha256"),
    ],
)
def test_what_is_no_order_is_named(body: str, field: str, service: Service) -> None:
    response = service.post("/v1/jobs", body, key="one")

    assert response.status_code == 422
    assert field in {error["field"] for error in response.json()["errors"]}
    assert not Order.objects.exists()


def test_a_missing_key_of_the_order_and_an_unknown_profile_are_named(service: Service) -> None:
    unknown = REQUEST.model_copy(update={"profile_version": 99})

    assert service.post("/v1/jobs", REQUEST.model_dump_json()).status_code == 400
    assert service.ask(unknown, key="one").status_code == 422
    assert not Order.objects.exists()


def test_unknown_orders_are_unknown(service: Service) -> None:
    assert service.get(f"/v1/jobs/{uuid4()}").status_code == 404
    assert service.post(f"/v1/jobs/{uuid4()}/cancel").status_code == 404


def test_a_waiting_order_is_cancelled_at_once(service: Service) -> None:
    order = service.order(REQUEST)

    response = service.post(f"/v1/jobs/{order.job_id}/cancel")

    status = TranscodeStatus.model_validate_json(response.content)
    assert (response.status_code, status.state, status.version) == (200, "cancelled", 2)
    assert service.post(f"/v1/jobs/{order.job_id}/cancel").content == response.content


def test_the_service_says_that_it_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_wrong_path_of_ffmpeg_is_said_before_a_film_needs_it(client: Client, settings: Settings) -> None:
    settings.FFMPEG = "/nowhere/ffmpeg"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "There is no ffmpeg at /nowhere/ffmpeg" in response.content.decode()
