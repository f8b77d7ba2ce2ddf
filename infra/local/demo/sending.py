"""How does the first newsletter reach the partners of the demo? Sent once, so that the catcher has something to "
"show."""

from django.utils import timezone

from cms.newsroom.actions import request_sending
from cms.newsroom.queries import released_versions
from cms.users.models import User
from foundation.contracts.newsletter import CampaignRequest
from infra.local.beginnings import fixed_id
from infra.local.demo.content.issues import ISSUES
from infra.local.demo.content.lists import LISTS

TO = "partners"


def send_first_issue(user: User) -> None:
    """Ask for the sending; the same id is the same sending, however often this runs."""
    issue = ISSUES[0]
    issue_id = fixed_id(f"issue:{issue.issued_on}")
    request = CampaignRequest(
        issue_id=issue_id, releases=tuple(released_versions(issue_id).values()), fallback_locale="en", lists=(TO,)
    )
    request_sending(
        fixed_id(f"sending:{issue.issued_on}"),
        request,
        title=issue.editions["en"].title,
        list_names=[LISTS[TO][0]],
        by=user,
        at=timezone.now(),
    )
    print(f"Sent to the list “{LISTS[TO][0]}”: {issue.editions['en'].title}.", flush=True)
