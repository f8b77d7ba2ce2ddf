"""What was left behind? Prints, as JSON, every job's end, every effect, every event and every file with its hash."""

import hashlib
import json
import sys

import django


def main() -> None:
    django.setup()
    from foundation.events.models import OutboxDelivery, OutboxEvent
    from foundation.jobs.models import Job
    from foundation.storage import public_store
    from tests.chaos.world.models import Effect

    ours = Job.objects.filter(kind__startswith="world.")
    everything = Job.objects.exclude(kind__endswith="purge")
    found = {
        "jobs": {job.payload["what"]: job.state for job in ours},
        "number_of_jobs": ours.count(),
        "reruns": sum(fence - 1 for fence in everything.values_list("fence", flat=True) if fence),
        "effects": [list(row) for row in Effect.objects.values_list("what", "sha256")],
        "events": [event["recall_id"] for event in OutboxEvent.objects.values_list("data", flat=True)],
        "undelivered": OutboxDelivery.objects.exclude(state="delivered").count(),
        "files": [[stored.key, hash_of(stored.key)] for stored in public_store().keys()],  # noqa: SIM118 - no dict
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


def hash_of(key: str) -> str:
    from foundation.storage import public_store

    with public_store().read(key) as blocks:
        return hashlib.sha256(b"".join(blocks)).hexdigest()


if __name__ == "__main__":
    main()
