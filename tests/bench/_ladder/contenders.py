"""How else could the same film be prepared? Each contender is a list of commands and the file of its top rung."""

from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from services.media_transcoder.pipeline import graph
from services.media_transcoder.pipeline.command import base_command, encode_command, video_options
from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from services.media_transcoder.pipeline.planned import EncodePlan, Rung

THREADS = 1


@dataclass(frozen=True)
class Contender:
    """``commands`` run one after the other."""

    name: str
    note: str
    commands: list[list[str]]
    folder: Path
    top: Path

    @property
    def kilobytes(self) -> float:
        return sum(path.stat().st_size for path in self.folder.glob("*.mp4")) / 1000


def contenders(plan: EncodePlan, source: Path, folder: Path) -> list[Contender]:
    """Return ours, one run per rendition with the same settings, x264's preset untouched, and the top rung alone."""
    top = f"{plan.rungs[0].name}.mp4"
    made: list[Contender] = []
    for name, note, commands in (
        ("ours", "one decode, all rungs and the storyboard", _ours),
        ("apart", "one ffmpeg per rung, same settings, no storyboard", _apart),
        ("preset", "one decode, x264 veryfast crf 23 as it comes", _preset),
        ("top", "the top rung alone, our settings", _top),
    ):
        target = folder / name
        target.mkdir()
        made.append(Contender(name, note, commands(plan, source, target), target, target / top))
    return made


def _ours(plan: EncodePlan, source: Path, target: Path) -> list[list[str]]:
    return [encode_command(plan, ffmpeg_path=default_ffmpeg(), threads=THREADS, source=source, target=target)]


def _apart(plan: EncodePlan, source: Path, target: Path) -> list[list[str]]:
    return [_single(plan, rung, source, target) for rung in plan.rungs]


def _top(plan: EncodePlan, source: Path, target: Path) -> list[list[str]]:
    return [_single(plan, plan.rungs[0], source, target)]


def _single(plan: EncodePlan, rung: Rung, source: Path, target: Path) -> list[str]:
    film = graph.source_of(source, plan)
    picture = graph.upright(film[str(plan.picture.index)], plan.picture, rung)
    options = video_options(rung, plan.picture, THREADS)
    output = ffmpeg.output(picture, f"file:{target / rung.name}.mp4", map_metadata="-1", fflags="+bitexact", **options)
    command: list[str] = output.compile(cmd=base_command(default_ffmpeg()), overwrite_output=True)
    return command


def _preset(plan: EncodePlan, source: Path, target: Path) -> list[list[str]]:
    """The same graph and boundaries, but crf 23 and nothing else said to x264, threads as it likes."""
    untouched = plan.model_copy(update={"rungs": tuple(r.model_copy(update={"crf": 23.0}) for r in plan.rungs)})
    (command,) = _ours(untouched, source, target)
    gop = plan.picture.gop_frames
    keyframes = f"keyint={4 * gop}:min-keyint={2 * gop}"
    swapped = [keyframes if "trellis=" in argument else argument for argument in command]
    threads = [number for number, argument in enumerate(swapped) if argument == "-threads"]
    for number in reversed(threads):
        del swapped[number : number + 2]
    return [swapped]
