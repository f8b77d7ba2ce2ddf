"""How do tests get a campaign that is ready to be sent?"""

from django.utils import timezone

from foundation.contracts.newsletter import CampaignRequest
from foundation.contracts.release import ReleasePayload
from foundation.jobs.worker import run_until_idle
from services.newsletter.campaigns.actions import start_campaign
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.preparing import get_ready
from services.newsletter.campaigns.releases import IssueEdition
from services.newsletter.lists.models import MailingList
from tests.services.newsletter.content import COMIC_ID, FILM_ID, ISSUE_ID, issue_payload
from tests.services.newsletter.delivery import DeliveryApi


def request_for(api: DeliveryApi, *lists: str, locales: tuple[str, ...] = ("en", "fr")) -> CampaignRequest:
    """Release an issue in these languages, its tools available, and ask for it to be sent."""
    for tool_id in (COMIC_ID, FILM_ID):
        api.has_tool(tool_id)
    releases = tuple(api.store(issue_payload(locale)) for locale in locales)
    return CampaignRequest(
        issue_id=ISSUE_ID, releases=releases, fallback_locale=locales[0], lists=lists or ("partners",)
    )


def prepared(*lists: MailingList, locales: tuple[str, ...] = ("en", "fr"), key: str = "key") -> Campaign:
    """Return a campaign whose audience is frozen, without asking any delivery API."""
    payloads = [issue_payload(locale) for locale in locales]
    campaign = asked(*lists, payloads=payloads, key=key)
    editions = [IssueEdition(payload, withdrawn=(), unlinked=()) for payload in payloads]
    get_ready(campaign, editions, at=timezone.now())
    campaign.refresh_from_db()
    return campaign


def asked(*lists: MailingList, payloads: list[ReleasePayload], key: str = "key") -> Campaign:
    """Return a campaign that was asked for and not prepared."""
    releases = [{"locale": one.locale, "number": one.number, "sha256": "0" * 64} for one in payloads]
    request = CampaignRequest.model_validate(
        {
            "issue_id": ISSUE_ID,
            "releases": releases,
            "fallback_locale": payloads[0].locale,
            "lists": [one.slug for one in lists],
        }
    )
    return start_campaign(request, key=key, at=timezone.now())[0]


def work() -> None:
    """Run what is due in the default lane; events stay in the outbox."""
    run_until_idle(["default"])


def states_of(campaign: Campaign) -> dict[str, str]:
    """Return the state of each delivery by address."""
    rows = Delivery.objects.filter(campaign=campaign).values_list("subscriber__address", "state")
    return dict(rows)
