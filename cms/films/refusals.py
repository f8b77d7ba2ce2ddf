"""Which sentences does the transcoder say to a person? They arrive in English; named here, they are translated."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The file is empty: upload the film again."),
    gettext_noop("This is not a film: export it as MP4, MOV, WebM, Matroska, AVI or MPEG."),
    gettext_noop("This is a playlist that points at other files: upload the film itself."),
    gettext_noop("This is a picture: upload a film."),
    gettext_noop("This is a sound recording without a picture: upload a film."),
    gettext_noop("The file is larger than 20 GB: export the film with a lower bit rate."),
    gettext_noop(
        "The film is cut off, its end or its index is missing: copy it from the camera again, then upload it."
    ),
    gettext_noop("The film can't be read: export it again as MP4 (H.264 with AAC sound)."),
    gettext_noop("There is no moving picture in this file: upload a film."),
    gettext_noop("The picture is coded in a way that can't be read: export the film as MP4 (H.264)."),
    gettext_noop("The sound is coded in a way that can't be read: export the film with AAC sound."),
    gettext_noop("The film is protected against copying: upload a version without protection."),
    gettext_noop("The film is in Dolby Vision without a compatible layer: export it as HDR10, HLG or SDR."),
    gettext_noop("The file holds more than 32 tracks: export the film with one picture and one sound track."),
    gettext_noop("The picture is larger than 8192 × 8192 or 36 megapixels: export the film in 4K or smaller."),
    gettext_noop("The picture is smaller than 16 × 16 pixels: export the film larger."),
    gettext_noop(
        "The picture is more than ten times as wide as high, or as high as wide: export the film in a usual shape."
    ),
    gettext_noop("The film has more than 300 pictures per second: export it with 60 or fewer."),
    gettext_noop("The film is longer than 4 hours: cut it into parts."),
    gettext_noop("The film is shorter than a tenth of a second: upload a longer one."),
    gettext_noop("The film takes too long to read, so it is probably damaged: export it again as MP4."),
    gettext_noop("The film is damaged, part of it can't be read: export it again, then upload it."),
    gettext_noop("The stored film is not the one that was announced: upload it again."),
    gettext_noop("The uploaded film is no longer in the store: upload it again."),
    gettext_noop(
        "The film could not be prepared. Try again; if it fails again, ask your administrator to look at the log."
    ),
    gettext_noop("The transcoder's disk is full: ask your administrator to make room, then try again."),
    gettext_noop("The preparation was cancelled."),
)
