"""In which words does a person read what machines report?

Messages are stored in English and shown in the language of whoever looks, where the sentence is known here.
"""

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

UNREACHABLE = gettext_noop("The transcoder doesn't answer. It is asked again by itself; nothing is lost.")
NOT_ACCEPTED = gettext_noop(
    "The transcoder doesn't accept the film. Try again; if that doesn't help, tell your technician."
)
NOT_CHECKED = gettext_noop("The file could not be checked. Upload it again.")
RESTING = gettext_noop("The upload stands still. To go on, choose the same file again on the device it was begun on.")
NO_ROOM = gettext_noop("The disk of the server is full. Tell your technician; it is tried again by itself.")
CANCELLED = gettext_noop("The preparation was cancelled. Start it again when you are ready.")
OTHER_FILE = gettext_noop("What came back belongs to another file. Start the preparation again.")

_STAGES = {
    "queued": _("Waiting for its turn"),
    "probe": _("Reading the file"),
    "validate": _("Checking that it is safe to open"),
    "plan": _("Choosing the sizes"),
    "encode": _("Making the sizes for phones, classrooms and big screens"),
    "package": _("Packing it for the web"),
    "verify": _("Checking the result"),
    "publish": _("Storing the result"),
}


def stage_in_words(stage: str) -> str:
    """Return what is being done, as a person would say it."""
    return str(_STAGES.get(stage, ""))


def message_in_words(message: str) -> str:
    """Return ``message`` in the active language, or as it is where no translation is known."""
    return gettext(message) if message else ""
