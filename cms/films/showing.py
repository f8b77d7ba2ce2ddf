"""What does a page need to show a prepared film: addresses, sizes, captions?"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language_info

from cms.films.models import CaptionTrack, Film
from foundation.contracts.transcoding import FilmManifest, VideoRendition


@dataclass(frozen=True)
class ShownTrack:
    """Captions in one language, with their addresses."""

    locale: str
    language: str
    is_rtl: bool
    url: str
    edit_url: str
    cues: int


@dataclass(frozen=True)
class ShownRendition:
    """One size of the film, as a person reads it."""

    name: str
    pixels: str
    frame_rate: str
    video_kbps: int


@dataclass(frozen=True)
class ShownFilm:
    """A prepared film in the admin; every address is private."""

    mp4_url: str
    poster_url: str
    duration: str
    pixels: str
    is_portrait: bool
    has_sound: bool
    size: str
    renditions: tuple[ShownRendition, ...]
    tracks: tuple[ShownTrack, ...]


def shown_film(film: Film) -> ShownFilm | None:
    """Return what there is to show of ``film``; None before its first preparation succeeded."""
    manifest = film.prepared
    if manifest is None:
        return None
    return ShownFilm(
        mp4_url=_url(film, manifest, "mp4"),
        poster_url=_url(film, manifest, "poster"),
        duration=clock(manifest.duration_s),
        pixels=f"{manifest.width} × {manifest.height}",
        is_portrait=manifest.height > manifest.width,
        has_sound=manifest.has_sound,
        size=filesizeformat(sum(file.size_bytes for file in manifest.files)),
        renditions=tuple(_rendition(rendition) for rendition in manifest.renditions),
        tracks=shown_tracks(film),
    )


def shown_tracks(film: Film) -> tuple[ShownTrack, ...]:
    """Return the captions of ``film`` by language."""
    return tuple(_track(track) for track in film.captions.all())


def poster_url(film: Film) -> str:
    """Return where the poster is; empty while there is none."""
    return _url(film, film.prepared, "poster") if film.prepared else ""


def clock(duration_s: float) -> str:
    """Return ``3:07`` or ``1:03:07``."""
    minutes, seconds = divmod(round(duration_s), 60)
    if minutes < 60:
        return f"{minutes}:{seconds:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def language_name(locale: str) -> str:
    """Return the name of a content language in the language of whoever looks."""
    return str(dict(settings.WAGTAIL_CONTENT_LANGUAGES).get(locale, locale))


def _url(film: Film, manifest: FilmManifest, role: str) -> str:
    path = next((file.path for file in manifest.files if file.role == role), "")
    version = PurePosixPath(film.prepared_prefix).name
    return f"{reverse('films:file', args=[film.pk, path])}?{version}" if path else ""


def _rendition(rendition: VideoRendition) -> ShownRendition:
    pixels = f"{rendition.width} × {rendition.height}"
    return ShownRendition(rendition.name, pixels, f"{rendition.frame_rate:g}", rendition.video_kbps)


def _track(track: CaptionTrack) -> ShownTrack:
    return ShownTrack(
        locale=track.locale,
        language=language_name(track.locale),
        is_rtl=bool(get_language_info(track.locale)["bidi"]),
        url=reverse("films:captions_file", args=[track.film_id, track.locale]),
        edit_url=reverse("films:captions", args=[track.film_id, track.locale]),
        cues=track.vtt.count("-->"),
    )
