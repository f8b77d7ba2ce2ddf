"""What does the script of the film page say? Its sentences, in the language of whoever looks."""

from django.utils.translation import gettext as _


def upload_texts() -> dict[str, str]:
    """Return the sentences by name; what stands in braces is filled in by the script."""
    return {
        "figures": _("{percent} % · {done} of {total} · {speed} per second · {left}"),
        "seconds_left": _("less than a minute left"),
        "minutes_left": _("about {minutes} min left"),
        "hours_left": _("about {hours} h {minutes} min left"),
        "measuring": _("measuring the speed"),
        "announce": _("{percent} % uploaded."),
        "paused": _("Paused at {percent} %."),
        "resumed": _("The upload goes on."),
        "offline": _("The connection is gone. The upload goes on by itself when it is back."),
        "logged_out": _("You were logged out. Log in again in another tab: the upload goes on by itself."),
        "complete": _("The file has arrived. It is being checked."),
        "cancelled": _("The upload was cancelled."),
        "resumable": _("The upload of “{name}” stopped at {percent} %. Choose the same file again to go on."),
        "other_file": _("This is another file than the one whose upload stopped. A new upload begins."),
        "too_big": _("This file is too big ({size}). At most {limit} can be taken: export the film smaller."),
        "unreadable": _("The file can't be read any more. To go on, choose the same file again."),
        "empty": _("This file is empty. Copy it from the camera or the phone again, then choose it."),
        "leave": _("The film is still being uploaded."),
        "failed": _("The server could not take the file. Try again later."),
        "one_file": _("Choose one file at a time."),
        "ready": _("The film is ready."),
    }
