"""What do we ask of the transcoder, and what does it answer?"""

from http import HTTPStatus
from uuid import UUID

import httpx
from django.conf import settings
from pydantic import ValidationError

from cms.films.models import Film
from foundation.contracts.transcoding import PROFILE_VERSION, TranscodeRequest, TranscodeStatus
from foundation.web.client import service_client


class TranscoderError(Exception):
    """The transcoder could not be asked, or said no."""


class TranscoderUnreachable(TranscoderError):
    """Network failure, 429 or 5xx: worth another attempt."""


class OrderRefused(TranscoderError):
    """It understood and said no: asking the same again is useless."""


class JobUnknown(TranscoderError):
    """It has no such job."""


def order(film: Film) -> TranscodeStatus:
    """Ask for the preparation of the film's master; asking again with the same attempt gives the same job."""
    request = TranscodeRequest(
        source_key=film.master_key, source_sha256=film.master_sha256, output_prefix=film.output_prefix
    )
    headers = {"Idempotency-Key": idempotency_key(film)}
    return _status(_asked("POST", "/v1/jobs", json=request.model_dump(mode="json"), headers=headers))


def status_of(job_id: UUID) -> TranscodeStatus:
    """Return how the job stands; JobUnknown if the transcoder knows of none."""
    return _status(_asked("GET", f"/v1/jobs/{job_id}"))


def cancel(job_id: UUID) -> None:
    """Say that nobody waits for the job any more; it is no error if it is over or unknown."""
    _asked("POST", f"/v1/jobs/{job_id}/cancel")


def idempotency_key(film: Film) -> str:
    """Name the order: master, profile, and which attempt for which film it is.

    Film and attempt belong to it: the same file may be uploaded for two films, which lie in two folders, and a person
    may want another try after a failure.
    """
    return f"{film.master_sha256}-{PROFILE_VERSION}-{film.pk.hex}-{film.attempt}"


def _asked(method: str, path: str, **kwargs: object) -> httpx.Response:
    try:
        with service_client(settings.TRANSCODER_URL, settings.TRANSCODER_KEY) as client:
            response = client.request(method, path, **kwargs)  # type: ignore[arg-type]
    except httpx.TransportError as error:
        raise TranscoderUnreachable(str(error)) from error
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
        raise TranscoderUnreachable(f"The transcoder answers {response.status_code}.")
    return response


def _status(response: httpx.Response) -> TranscodeStatus:
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise JobUnknown
    if not response.is_success:
        raise OrderRefused(f"The transcoder answers {response.status_code}: {response.text[:300]}")
    try:
        return TranscodeStatus.model_validate_json(response.content)
    except ValidationError as error:
        raise OrderRefused("The transcoder's answer can't be understood.") from error
