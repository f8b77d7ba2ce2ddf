"""What do films learn from the events of others?"""

from datetime import datetime

from cms.films.actions.preparation import note_status
from foundation.contracts.transcoding import TranscodeChanged
from foundation.events.registry import receives


@receives("transcode.changed", source="transcoder")
def note_progress(event: TranscodeChanged, *, at: datetime) -> None:
    """Take down how far a film is."""
    note_status(event.status, at=at)
