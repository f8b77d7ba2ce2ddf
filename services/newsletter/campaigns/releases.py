"""What does an issue say, and which of its tools can still be opened? Asked of the delivery API, hashes checked."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ValidationError

from foundation.contracts.newsletter import CampaignRequest, ReleaseReference
from foundation.contracts.release import ReleasePayload
from foundation.jobs.errors import Retryable, Terminal

if TYPE_CHECKING:
    import httpx

RETRY_S = 15.0


class DeliveryUnavailable(Retryable):
    """The delivery API does not answer, or not yet with what we need."""


class ReleaseUnusable(Terminal):
    """A release of the request can't be sent; asking again would not help."""


@dataclass(frozen=True)
class IssueEdition:
    """An issue in one language, and the positions of items that must not be shown or can't be opened."""

    payload: ReleasePayload
    withdrawn: tuple[int, ...]
    unlinked: tuple[int, ...]


def editions_of(request: CampaignRequest, client: "httpx.Client") -> list[IssueEdition]:
    """Read every release of the request; raises DeliveryUnavailable or ReleaseUnusable."""
    payloads = [_payload(request.issue_id, reference, client) for reference in request.releases]
    locales = [reference.locale for reference in request.releases]
    states: dict[tuple[UUID, str], int] = {}
    return [_edition(payload, locales, client, states) for payload in payloads]


def _payload(issue_id: UUID, reference: ReleaseReference, client: "httpx.Client") -> ReleasePayload:
    name = f"{reference.locale}/{reference.number}"
    answer = _get(client, f"/v1/tools/{issue_id}/releases/{name}")
    if answer.status_code == 410:
        raise ReleaseUnusable(f"Release {name} of the issue has been recalled.")
    if answer.status_code != 200:
        raise DeliveryUnavailable(f"Release {name} can't be read yet ({answer.status_code}).", after_s=RETRY_S)
    if sha256(answer.content).hexdigest() != reference.sha256:
        raise ReleaseUnusable(f"Release {name} is not the one that was asked for: its hash differs.")
    try:
        payload = ReleasePayload.model_validate_json(answer.content)
    except ValidationError as error:
        raise ReleaseUnusable(f"Release {name} does not match its contract: {error.error_count()} errors.") from None
    if payload.issue is None or payload.locale != reference.locale:
        raise ReleaseUnusable(f"Release {name} is not a newsletter issue in this language.")
    return payload


def _edition(
    payload: ReleasePayload, locales: Collection[str], client: "httpx.Client", states: dict[tuple[UUID, str], int]
) -> IssueEdition:
    withdrawn, unlinked = [], []
    for position, item in enumerate(payload.issue.items if payload.issue else ()):
        if item.tool_id is None:
            continue
        key = (item.tool_id, payload.locale)
        if key not in states:
            states[key] = _tool_status(item.tool_id, payload.locale, locales, client)
        if states[key] == 410:
            withdrawn.append(position)
        elif states[key] != 200:
            unlinked.append(position)
    return IssueEdition(payload, tuple(withdrawn), tuple(unlinked))


def _tool_status(tool_id: UUID, locale: str, locales: Collection[str], client: "httpx.Client") -> int:
    others = [other for other in locales if other != locale]
    params = {"locale": locale} | ({"fallback": ",".join(others)} if others else {})
    return _get(client, f"/v1/tools/{tool_id}", params).status_code


def _get(client: "httpx.Client", path: str, params: dict[str, str] | None = None) -> "httpx.Response":
    import httpx

    try:
        answer = client.get(path, params=params)
    except httpx.HTTPError as error:
        reason = f"The delivery API does not answer ({type(error).__name__})."
        raise DeliveryUnavailable(reason, after_s=RETRY_S) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise DeliveryUnavailable(f"The delivery API has a problem ({answer.status_code}).", after_s=RETRY_S)
    return answer
