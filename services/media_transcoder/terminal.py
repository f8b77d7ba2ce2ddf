"""What does a person at a terminal see while a film is prepared, and when it is done?"""

import resource
import time
from pathlib import Path
from typing import TextIO

from foundation.contracts.transcoding import FilmFile, FilmManifest, Stage

_WIDTH = 30
_DOING: dict[Stage, str] = {
    "probe": "looking",
    "validate": "checking",
    "plan": "planning",
    "encode": "encoding",
    "package": "packaging",
    "verify": "verifying",
    "publish": "publishing",
}


class ProgressBar:
    """One line that is redrawn; silent when the stream is no terminal. The line is gone when the work ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_shown = stream.isatty()
        self._started = time.monotonic()

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def show(self, stage: Stage, progress: float) -> None:
        if self._is_shown:
            self._stream.write(f"\r\x1b[K{self._line(stage, progress)}")
            self._stream.flush()

    def _line(self, stage: Stage, progress: float) -> str:
        filled = round(progress * _WIDTH)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        elapsed_s = time.monotonic() - self._started
        left = f"  {elapsed_s / progress - elapsed_s:.0f} s left" if progress > 0.05 else ""
        return f"{bar} {progress:4.0%}  {_DOING.get(stage, stage)}{left}"


def summary(manifest: FilmManifest, target: Path, *, seconds: float) -> str:
    """Return a table of what was made and what it cost."""
    size = {file.path: file.size_bytes for file in manifest.files}
    rows = [("size", "pixels", "pictures/s", "kbit/s", "KB")]
    for made in manifest.renditions:
        pixels = f"{made.width} × {made.height}"
        kilobytes = _kilobytes(size[f"hls/{made.name}.mp4"])
        rows.append((made.name, pixels, f"{made.frame_rate:g}", str(made.video_kbps), kilobytes))
    rows += [(_label(file), "", "", "", _kilobytes(file.size_bytes)) for file in manifest.files if _is_extra(file)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = "".join(f"{_line(row, widths)}\n" for row in rows)
    return f"{table}{_closing(manifest, target, seconds)}\n"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
    return "  ".join(cells).rstrip()


def _closing(manifest: FilmManifest, target: Path, seconds: float) -> str:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = usage.ru_utime + usage.ru_stime
    return f"{manifest.duration_s:.1f} s of film in {seconds:.1f} s ({cpu_s:.1f} s CPU), in {target}"


def _is_extra(file: FilmFile) -> bool:
    return file.role in {"mp4", "poster", "storyboard"} or file.media_type == "audio/mp4"


def _label(file: FilmFile) -> str:
    return Path(file.path).name


def _kilobytes(size_bytes: int) -> str:
    return f"{size_bytes / 1000:,.0f}"
