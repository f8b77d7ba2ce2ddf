"""Stage ``validate``: which tracks are the film, and is it within the limits?"""

from services.media_transcoder.pipeline import limits, refusals
from services.media_transcoder.pipeline.errors import Refused
from services.media_transcoder.pipeline.facts import Selection, SoundTrack, SourceFacts, VideoTrack

_NEARLY = 0.9  # tracks this close in length tell the same story: then the larger picture is the main one


def validate(facts: SourceFacts) -> Selection:
    """Choose the tracks; raises Refused with the first reason against the film."""
    if facts.streams > limits.MAX_STREAMS:
        raise Refused(refusals.TOO_MANY_STREAMS)
    video = main_video(facts)
    check_picture(video)
    sound = main_sound(facts.sound)
    duration_s = _duration(facts, video, sound)
    if duration_s > limits.MAX_DURATION_S:
        raise Refused(refusals.TOO_LONG)
    if duration_s < limits.MIN_DURATION_S:
        raise Refused(refusals.TOO_SHORT)
    return Selection(video=video, sound=sound, duration_s=duration_s)


def main_video(facts: SourceFacts) -> VideoTrack:
    """Return the track that is the film: a motion photo also holds a larger still, a sound recording its cover."""
    moving = [track for track in facts.video if not track.is_cover and track.frames != 1]
    if not moving:
        raise Refused(refusals.SOUND_ONLY if facts.sound and not facts.video else refusals.NO_PICTURE)
    for track in moving:
        check_size(track)
    readable = [track for track in moving if track.is_decodable]
    if not readable:
        raise Refused(refusals.UNKNOWN_CODEC)
    longest_s = max(track.duration_s or 0 for track in readable)
    return max(
        readable,
        key=lambda track: (
            (track.duration_s or 0) >= _NEARLY * longest_s,
            track.is_default,
            track.width * track.height,
            -track.index,
        ),
    )


def main_sound(tracks: tuple[SoundTrack, ...]) -> SoundTrack | None:
    """Return the track to hear: no commentary, the default one; None for a silent film."""
    readable = [track for track in tracks if track.is_decodable]
    if tracks and not readable:
        raise Refused(refusals.UNKNOWN_SOUND)
    return max(readable, key=lambda track: (not track.is_special, track.is_default, -track.index), default=None)


def check_size(track: VideoTrack) -> None:
    """Checked for every track before any is called unreadable: a picture that is too large is never decoded."""
    if max(track.width, track.height) > limits.MAX_SIDE or track.width * track.height > limits.MAX_PIXELS:
        raise Refused(refusals.TOO_MANY_PIXELS)


def check_picture(track: VideoTrack) -> None:
    shorter, longer = sorted((track.width, track.height))
    if shorter < limits.MIN_SIDE:
        raise Refused(refusals.TOO_SMALL)
    if longer > limits.MAX_SHAPE * shorter:
        raise Refused(refusals.ODD_SHAPE)
    if track.average_rate > limits.MAX_FRAME_RATE:
        raise Refused(refusals.TOO_FAST)


def _duration(facts: SourceFacts, video: VideoTrack, sound: SoundTrack | None) -> float:
    """The longer of picture and sound; what the file claims where its tracks don't say."""
    ends = [track.start_s + track.duration_s for track in (video, sound) if track and track.duration_s]
    return max(ends, default=facts.duration_s or 0.0)
