"""Which films do the tests show? Made as they run: marked corners, and a flash with a beep to measure by."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg

MARK_S = 1.0  # flash and beep begin here, on the clock of picture and sound each
MARK_LENGTH_S = 0.3
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "128k")
CORNERS = {"top left": "0xE01010", "top right": "0x10C010", "bottom left": "0x1030E0", "bottom right": "0xE0D010"}


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg; a failure shows what it said."""
    command = [default_ffmpeg(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert finished.returncode == 0, finished.stderr


def pictures(*, size: str = "640x360", rate: str = "30", seconds: float = 3.0, filters: str = "") -> tuple[str, ...]:
    """Return the input of a grey picture with four coloured corners that flashes white at MARK_S."""
    places = {
        "top left": "0:0",
        "top right": "iw-iw/4:0",
        "bottom left": "0:ih-ih/4",
        "bottom right": "iw-iw/4:ih-ih/4",
    }
    graph = [f"color=c=0x606060:s={size}:r={rate}:d={seconds}"]
    for corner, place in places.items():
        x, y = place.split(":")
        graph.append(f"drawbox=x={x}:y={y}:w=iw/4:h=ih/4:c={CORNERS[corner]}:t=fill")
    flash = f"between(t,{MARK_S - 0.001},{MARK_S + MARK_LENGTH_S})"
    graph.append(f"drawbox=x=iw/4:y=ih/4:w=iw/2:h=ih/2:c=white:t=fill:enable='{flash}'")
    return "-f", "lavfi", "-i", ",".join([*graph, *([filters] if filters else [])])


def sound(*, layout: str = "stereo", seconds: float = 3.0, level: float = 0.5) -> tuple[str, ...]:
    """Return the input of silence with a beep at MARK_S, the same in every channel."""
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    beep = f"{level}*sin(2*PI*880*t)*between(t,{MARK_S},{MARK_S + MARK_LENGTH_S})"
    return "-f", "lavfi", "-i", f"aevalsrc='{'|'.join([beep] * channels)}':s=48000:d={seconds}:c={layout}"


def film(
    path: Path,
    *,
    picture: Sequence[str] = (),
    beep: Sequence[str] | None = (),
    before_sound: Sequence[str] = (),
    options: Sequence[str] = (),
) -> Path:
    """Make a film at ``path``; ``beep`` None makes a silent one, ``options`` override codecs and add tags."""
    inputs = [*(picture or pictures())]
    if beep is not None:
        inputs += [*before_sound, *(beep or sound())]
    ffmpeg(*inputs, *H264, *(AAC if beep is not None else ()), *options, str(path))
    return path
