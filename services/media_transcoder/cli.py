"""How is one film prepared from the command line, without services? ``./hub transcode FILE DIR``"""

import argparse
import shutil
import sys
import time
from pathlib import Path

from foundation.contracts.transcoding import MANIFEST_NAME, FilmManifest
from services.media_transcoder.pipeline.context import Film, Tools
from services.media_transcoder.pipeline.encode import disk_full_sentence, is_disk_full
from services.media_transcoder.pipeline.errors import Broken, Refused
from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg, default_threads
from services.media_transcoder.pipeline.stages import prepare
from services.media_transcoder.pipeline.workdir import WorkDirectory, write_whole
from services.media_transcoder.terminal import ProgressBar, summary

WORK = ".work"
PUBLISHED = ("hls", "film.mp4", "poster.jpg", "storyboard.jpg")
REFUSED, FAILED, INTERRUPTED = 2, 1, 130


def main(argv: list[str]) -> int:
    """Prepare FILE into DIR. Returns 0, 2 when the film is refused (DIR stays empty), 1 when something failed."""
    arguments = _parser().parse_args(argv)
    target: Path = arguments.directory
    try:
        claim(target)
    except Refused as error:
        return _end(str(error), REFUSED)
    except OSError as error:
        return _end(f"{error.filename}: {error.strerror}.", FAILED)
    sentence, code = _outcome(arguments)
    if code:
        leave_nothing(target)
        return _end(sentence, code)
    sys.stdout.write(sentence)
    return code


def _outcome(arguments: argparse.Namespace) -> tuple[str, int]:
    """Prepare the film and return what to say and the exit code."""
    try:
        return _prepare(arguments.file, arguments.directory, arguments), 0
    except Refused as error:
        return str(error), REFUSED
    except Broken as error:
        return str(error), FAILED
    except OSError as error:
        if is_disk_full(error):
            return disk_full_sentence(arguments.directory), FAILED
        return f"{error.filename}: {error.strerror}.", FAILED
    except KeyboardInterrupt:
        return "Stopped.", INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    from services.media_transcoder.settings import FFMPEG, FFMPEG_THREADS  # the same values as the service's

    parser = argparse.ArgumentParser(
        prog="hub transcode",
        description="Prepare one film for streaming: a ladder of sizes, one MP4, a poster and a storyboard.",
        epilog="A run that was killed is continued by running the same command again.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the film")
    parser.add_argument("directory", type=Path, metavar="DIR", help="an empty or new folder for the result")
    parser.add_argument(
        "--ffmpeg", default=FFMPEG, metavar="PATH", help="use this ffmpeg, not the one that comes along"
    )
    parser.add_argument("--threads", type=int, default=FFMPEG_THREADS, metavar="N", help="threads of each encoder")
    return parser


def claim(target: Path) -> None:
    """Make the folder; raises Refused when it holds anything but what a killed run of ours left."""
    if target.exists() and not target.is_dir():
        raise Refused(f"{target} is not a folder: name an empty or new one.")
    target.mkdir(parents=True, exist_ok=True)
    found = {path.name for path in target.iterdir()}
    is_ours = (target / WORK / "film").is_file() and found <= {WORK, *PUBLISHED}
    if found - {WORK} and not is_ours:
        raise Refused(f"{target} is not empty: name an empty or new folder.")


def _prepare(source: Path, target: Path, arguments: argparse.Namespace) -> str:
    from services.media_transcoder.settings import FILM_CHUNK_S

    started = time.monotonic()
    with ProgressBar(sys.stderr) as bar:
        film = Film(
            source=source,
            work=WorkDirectory(target / WORK),
            tools=Tools(
                ffmpeg=arguments.ffmpeg or default_ffmpeg(),
                threads=max(0, arguments.threads) or default_threads(),
                chunk_s=FILM_CHUNK_S,
            ),
            report=bar.show,
        )
        manifest = prepare(film, publish=lambda film, manifest: publish(film, manifest, target))
    return summary(manifest, target, seconds=time.monotonic() - started)


def publish(film: Film, manifest: FilmManifest, target: Path) -> None:
    """Move the finished files into the folder, the manifest last."""
    for name in PUBLISHED:
        made = film.work.output / name
        if made.exists():
            _remove(target / name)  # what a killed run had published of another film
            made.replace(target / name)
    write_whole(target / MANIFEST_NAME, manifest.model_dump_json(indent=2).encode() + b"\n")
    film.work.remove()


def leave_nothing(target: Path) -> None:
    """Take away what was begun in a folder that was claimed: it is either finished or empty."""
    for name in (*PUBLISHED, WORK):
        _remove(target / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _end(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
