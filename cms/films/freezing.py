"""How does a film turn into what a release keeps?"""

from django.utils.translation import get_language_info

from cms.films.models import CaptionTrack
from cms.films.models import Film as StoredFilm
from cms.films.webvtt import transcript as transcript_of
from cms.releases.assets import AssetCollector
from foundation.contracts.release import Asset, Captions, Film, Picture, Storyboard
from foundation.contracts.transcoding import FilmManifest


class FilmNotPrepared(Exception):
    """There is nothing to freeze: the gate lets no such film through."""


def frozen_film(
    film: StoredFilm,
    assets: AssetCollector,
    *,
    locale: str,
    poster: Picture | None = None,
    poster_alt: str = "",
    transcript: str = "",
) -> Film:
    """Return the contract shape of a prepared film for an edition in ``locale``, whose captions come first.

    Without ``poster`` the film's own is taken, described by ``poster_alt``; without ``transcript`` what the captions in
    ``locale`` say.
    """
    manifest = film.prepared
    if manifest is None:
        raise FilmNotPrepared
    published = assets.tree(film.prepared_prefix, manifest)
    tracks = sorted(film.captions.all(), key=lambda track: (track.locale != locale, track.locale))
    return Film(
        duration_s=manifest.duration_s,
        width=manifest.width,
        height=manifest.height,
        has_sound=manifest.has_sound,
        hls=published[_path_of(manifest, "hls-master")],
        mp4=published[_path_of(manifest, "mp4")],
        poster=poster or own_poster(film, assets, alt=poster_alt),
        storyboard=_storyboard(manifest, published),
        captions=tuple(_captions(track, assets) for track in tracks),
        transcript=transcript.strip() or _transcript(tracks, locale),
    )


def own_poster(film: StoredFilm, assets: AssetCollector, *, alt: str) -> Picture:
    """Publish the poster the transcoder chose, in several sizes."""
    manifest = film.prepared
    if manifest is None:
        raise FilmNotPrepared
    return assets.picture_at(f"{film.prepared_prefix}/{_path_of(manifest, 'poster')}", alt)


def _path_of(manifest: FilmManifest, role: str) -> str:
    return next(file.path for file in manifest.files if file.role == role)


def _storyboard(manifest: FilmManifest, published: dict[str, Asset]) -> Storyboard | None:
    if manifest.storyboard is None:
        return None
    plan = manifest.storyboard.model_dump()
    return Storyboard(asset=published[_path_of(manifest, "storyboard")], **plan)


def _captions(track: CaptionTrack, assets: AssetCollector) -> Captions:
    label = get_language_info(track.locale)["name_local"]
    return Captions(locale=track.locale, label=label, asset=assets.text(track.vtt, "text/vtt"))


def _transcript(tracks: list[CaptionTrack], locale: str) -> str:
    return next((transcript_of(track.vtt) for track in tracks if track.locale == locale), "")
