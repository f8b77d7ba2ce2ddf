"""How do captions come to a film?"""

from cms.films.models import CaptionTrack, Film
from cms.films.queries import duration_of
from cms.films.subtitles import as_webvtt


def save_captions(film: Film, locale: str, text: str) -> CaptionTrack:
    """Keep ``text`` (WebVTT or SubRip) as the captions in ``locale``; CaptionsRefused names each fault and its line."""
    vtt = as_webvtt(text, duration_s=duration_of(film))
    track, _created = CaptionTrack.objects.update_or_create(film=film, locale=locale, defaults={"vtt": vtt})
    return track


def remove_captions(film: Film, locale: str) -> None:
    """Forget the captions in ``locale``; it is no error if there are none."""
    film.captions.filter(locale=locale).delete()
