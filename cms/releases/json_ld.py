"""How does schema.org describe a release? (https://schema.org/LearningResource)

Addresses are path-absolute, as in the payload: a reader resolves them against the address of the release.
"""

from typing import Any

from foundation.contracts.release import Captions, Film, Picture, ReleasePayload, Term

_TYPES: dict[str, list[str]] = {
    "comic": ["LearningResource", "ComicStory"],
    "film": ["LearningResource", "VideoObject"],
    "issue": ["Article"],
}


def described(payload: ReleasePayload) -> dict[str, Any]:
    """Return the JSON-LD of a numbered payload."""
    described = {
        "@context": "https://schema.org",
        "@type": _TYPES[payload.kind],
        "@id": f"urn:uuid:{payload.tool_id}",
        "identifier": str(payload.tool_id),
        "name": payload.title,
        "description": payload.summary,
        "inLanguage": payload.locale,
        "license": payload.licence.url,
        "creditText": payload.credit,
        "version": payload.number,
        "dateModified": payload.released_at.isoformat(),
        "isAccessibleForFree": True,
        "url": f"/v1/tools/{payload.tool_id}/releases/{payload.locale}/{payload.number}",
        "about": [_defined_term(term) for term in payload.themes],
        "audience": [{"@type": "Audience", "audienceType": term.name} for term in payload.audiences],
        "image": payload.cover and picture_url(payload.cover),
        **_of_kind(payload),
    }
    return {name: value for name, value in described.items() if value not in (None, [], "")}


def picture_url(picture: Picture) -> str:
    """Return the widest source in the format most programs read."""
    readable = [source for source in picture.sources if source.media_type in {"image/jpeg", "image/png"}]
    return max(readable or picture.sources, key=lambda source: source.width).url


def iso_duration(seconds: float) -> str:
    """Return an ISO 8601 duration in whole seconds: 75.2 → ``PT1M15S``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{rest}S"


def _of_kind(payload: ReleasePayload) -> dict[str, Any]:
    if payload.film:
        return _film(payload.film, payload)
    if payload.issue:
        return {"headline": payload.title, "datePublished": payload.issue.issued_on.isoformat()}
    return {"learningResourceType": "comic"}


def _film(film: Film, payload: ReleasePayload) -> dict[str, Any]:
    return {
        "learningResourceType": "film",
        "duration": iso_duration(film.duration_s),
        "contentUrl": film.mp4.url,
        "thumbnailUrl": picture_url(film.poster),
        "encodingFormat": film.mp4.media_type,
        "contentSize": f"{film.mp4.size_bytes} B",
        "sha256": film.mp4.sha256,
        "width": film.width,
        "height": film.height,
        "uploadDate": payload.released_at.isoformat(),
        "transcript": film.transcript,
        "caption": [_caption(track) for track in film.captions],
    }


def _caption(track: Captions) -> dict[str, str]:
    return {
        "@type": "MediaObject",
        "inLanguage": track.locale,
        "contentUrl": track.asset.url,
        "encodingFormat": track.asset.media_type,
    }


def _defined_term(term: Term) -> dict[str, str]:
    return {"@type": "DefinedTerm", "termCode": term.code, "name": term.name}
