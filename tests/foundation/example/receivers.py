"""What does the example hear?"""

from datetime import datetime

from foundation.contracts.publishing import ReleaseRecalled
from foundation.events.registry import receives
from tests.foundation.example.models import Trace


@receives("release.recalled", source="sender")
def note_recall(event: ReleaseRecalled, *, at: datetime) -> None:
    Trace.objects.create(what=f"recalled {event.tool_id}")
    if event.cursor == 666:
        raise RuntimeError("a receiver's mistake")
