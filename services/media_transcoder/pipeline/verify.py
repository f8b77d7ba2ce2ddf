"""Stage ``verify``: is the result whole, in sync, upright and clean? (ffmpeg answers 0 for half a film)"""

from pathlib import Path

from foundation.contracts.transcoding import PROFILE_VERSION, FilmFile, FilmManifest
from services.media_transcoder.pipeline import evidence
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.errors import Broken, Refused
from services.media_transcoder.pipeline.fragments import Track, read_track
from services.media_transcoder.pipeline.package import HLS, MP4, Packaged
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.probe import sha256_of
from services.media_transcoder.pipeline.refusals import DAMAGED

_MISSING_S, _MISSING_SHARE = 0.5, 0.02  # what the end of a sound film may lack of what its index promises
_IN_STEP_S = 0.001
_MAX_DIFFERENCE = 24.0

_ROLES = {
    "hls/master.m3u8": ("hls-master", "application/vnd.apple.mpegurl"),
    MP4: ("mp4", "video/mp4"),
    "poster.jpg": ("poster", "image/jpeg"),
    "storyboard.jpg": ("storyboard", "image/jpeg"),
}


def verify(film: Film, plan: EncodePlan, packaged: Packaged, *, source_sha256: str) -> FilmManifest:
    """Return the manifest of what was checked; raises Refused when the film lost a part, Broken when we erred."""
    output = film.work.output
    rungs = [read_track(output / HLS / f"{rung.name}.mp4") for rung in plan.rungs]
    sound = read_track(output / HLS / "sound.mp4") if plan.sound else None
    check_ends(plan, rungs[0], sound)
    check_in_step(rungs, sound)
    _check_files(output, film, plan, rungs)
    film.progress("verify", 0.8)
    return FilmManifest(
        profile_version=PROFILE_VERSION,
        source_sha256=source_sha256,
        duration_s=packaged.duration_s,
        width=plan.rungs[0].width,
        height=plan.rungs[0].height,
        has_sound=sound is not None,
        renditions=packaged.renditions,
        storyboard=plan.storyboard,
        files=tuple(_described(path, output) for path in sorted(output.rglob("*")) if path.is_file()),
    )


def check_ends(plan: EncodePlan, picture: Track, sound: Track | None) -> None:
    """Raise Refused when less came out than the source's index promised."""
    expected = plan.expected
    pairs = [(picture.duration_s, expected.picture_end_s)]
    if sound:
        pairs.append((sound.duration_s, expected.sound_end_s))
    if expected.picture_end_s is None:  # the file only says how long the whole is
        pairs.append((max(length for length, _ in pairs), expected.whole_s))
    for length, promised in pairs:
        if promised is not None and length < promised - max(_MISSING_S, _MISSING_SHARE * promised):
            raise Refused(DAMAGED)


def check_in_step(rungs: list[Track], sound: Track | None) -> None:
    """Raise Broken unless everything begins at zero and all rungs have the same pictures and segment boundaries."""
    for track in [*rungs, *([sound] if sound else [])]:
        if abs(track.start_s) > _IN_STEP_S:
            raise Broken(f"{track.name} does not begin at zero.")
    for rung in rungs:
        if rung.samples != rungs[0].samples or rung.starts != rungs[0].starts:
            raise Broken(f"{rung.name} is out of step with the other sizes.")
        if any(segment.keyframes != 1 for segment in rung.segments):
            raise Broken(f"{rung.name} has keyframes where a segment does not begin.")


def _check_files(output: Path, film: Film, plan: EncodePlan, rungs: list[Track]) -> None:
    for playlist in (output / HLS).glob("*.m3u8"):
        evidence.check_playlist(playlist)
    for path in output.rglob("*.mp4"):
        evidence.check_clean(path)
    for path in output.rglob("*.jpg"):
        evidence.check_picture(path)
    evidence.check_film(output / MP4, plan, rungs[0].duration_s)
    film.progress("verify", 0.3)
    differences = evidence.differences(output, plan, rungs)
    if max(differences.values()) > _MAX_DIFFERENCE:
        raise Broken("A prepared picture does not look like the film.")


def _described(path: Path, output: Path) -> FilmFile:
    name = path.relative_to(output).as_posix()
    role, media_type = _ROLES.get(name) or _of_stream(name)
    return FilmFile.model_validate(
        {
            "path": name,
            "role": role,
            "media_type": media_type,
            "size_bytes": path.stat().st_size,
            "sha256": sha256_of(path),
        }
    )


def _of_stream(name: str) -> tuple[str, str]:
    if name.endswith(".m3u8"):
        return "hls-playlist", "application/vnd.apple.mpegurl"
    return "hls-media", "audio/mp4" if name == "hls/sound.mp4" else "video/mp4"
