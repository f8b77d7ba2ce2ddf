"""How do tests get the files the transcoder leaves behind? Real ones, at the place it was told."""

import hashlib
from io import BytesIO
from pathlib import Path

from PIL import Image

from cms.films.models import Film
from foundation.contracts.transcoding import FilmFile, FilmManifest, StoryboardPlan, VideoRendition
from foundation.storage import private_store, put


def prepare(film: Film, footage: Path) -> FilmManifest:
    """Put ``footage`` and what belongs to it below the film's output prefix; return its manifest."""
    poster = BytesIO()
    Image.new("RGB", (160, 90), "#0b5c6b").save(poster, "JPEG")
    media = footage.read_bytes()
    files = (
        ("film.mp4", "mp4", "video/mp4", media),
        ("hls/master.m3u8", "hls-master", "application/vnd.apple.mpegurl", b"#EXTM3U\n90p.m3u8\n"),
        ("hls/90p.m3u8", "hls-playlist", "application/vnd.apple.mpegurl", b"#EXTM3U\n90p.mp4\n"),
        ("hls/90p.mp4", "hls-media", "video/mp4", media),
        ("poster.jpg", "poster", "image/jpeg", poster.getvalue()),
        ("storyboard.jpg", "storyboard", "image/jpeg", poster.getvalue()),
    )
    return FilmManifest(
        profile_version=1,
        source_sha256=film.master_sha256,
        duration_s=2.0,
        width=160,
        height=90,
        has_sound=True,
        renditions=(VideoRendition(name="90p", width=160, height=90, video_kbps=80, frame_rate=10),),
        storyboard=StoryboardPlan(columns=1, rows=1, tile_width=160, tile_height=90, interval_s=2),
        files=tuple(_stored(film.output_prefix, *file) for file in files),
    )


def _stored(prefix: str, path: str, role: str, media_type: str, data: bytes) -> FilmFile:
    put(private_store(), f"{prefix}/{path}", [data])
    digest = hashlib.sha256(data).hexdigest()
    return FilmFile.model_validate(
        {"path": path, "role": role, "media_type": media_type, "size_bytes": len(data), "sha256": digest}
    )
