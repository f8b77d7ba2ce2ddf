"""How does a CMS that has its rows become whole? Runs with its settings; finds what to do in its input.

It learns what was released and recalled after its backup, and gets its index for searching.

What was recalled is recalled again, through the CMS's own action: tombstones, events and files follow. The feed goes on
above every cursor a partner may have seen, and no number of a release is given twice.
"""

import json
import sys
from typing import Any
from uuid import UUID

Entry = dict[str, Any]


def apply(entries: list[Entry]) -> dict[str, Any]:
    """Do it; return how many recalls were repeated and what is unknown here. May be run again."""
    from django.db import transaction

    from cms.releases.feed import lock_feed
    from cms.releases.models import Recall

    if not entries:
        return {"recalled": 0, "unknown": []}
    with transaction.atomic():
        position = lock_feed()
        position.value = max(position.value, entries[-1]["cursor"])
        position.save(update_fields=["value"])
        for entry in entries:
            if "released" in entry:
                _take_number(entry["released"])
    later = [entry["recalled"] for entry in entries if "recalled" in entry]
    new = [recalled for recalled in later if not Recall.objects.filter(pk=recalled["id"]).exists()]
    outcomes = [(recalled, _recall_again(recalled)) for recalled in new]
    unknown = [f"{recalled['tool_id']} {recalled['locale']}".strip() for recalled, done in outcomes if not done]
    return {"recalled": sum(done for _recalled, done in outcomes), "unknown": unknown}


def _take_number(released: Entry) -> None:
    """Partners may keep this number of the edition for ever: it must not come to mean something else."""
    from cms.releases.models import Edition

    edition, _is_new = Edition.objects.get_or_create(
        tool_id=released["tool_id"], locale=released["locale"], defaults={"kind": released["kind"]}
    )
    if edition.last_number < released["number"]:
        Edition.objects.filter(pk=edition.pk).update(last_number=released["number"])


def _recall_again(recalled: Entry) -> bool:
    """Recall what was recalled; False when nothing of it stands here."""
    from django.utils import timezone

    from cms.releases.actions import recall
    from cms.releases.errors import NothingToRecall

    try:
        recall(
            UUID(recalled["tool_id"]),
            scope=recalled["scope"],
            locale=recalled["locale"] or None,
            number=recalled["number"],
            reason=recalled["reason"],
            by=None,
            at=timezone.now(),
        )
    except NothingToRecall:
        return False
    return True


if __name__ == "__main__":
    import logging

    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command

    outcome = apply(json.load(sys.stdin))
    call_command("update_index", verbosity=0)
    json.dump(outcome, sys.stdout)
