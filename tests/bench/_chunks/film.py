"""Which film is prepared? Four minutes, real footage over and over when it lies beside the repository."""

from pathlib import Path

from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from tests.bench._ladder.processes import spend

SECONDS = 240
FOOTAGE = Path(__file__).resolve().parents[4] / "shared/media/films/ax_sample_with_increasing_timestamps_360p.mp4"


def make_film(target: Path) -> str:
    """Write the film to ``target`` and say what it shows."""
    if FOOTAGE.exists():
        source = ["-stream_loop", "-1", "-i", str(FOOTAGE), "-map", "0:v:0", "-map", "0:a:0", "-c", "copy"]
        shown = "17 s of real footage, 640 × 360 with sound, over and over for 4 minutes"
    else:
        picture = f"testsrc2=s=640x360:r=30:d={SECONDS},noise=alls=6:allf=t"
        source = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=d={SECONDS}"]
        source += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        shown = "4 minutes of a drawn picture with noise, 640 × 360 with sound"
    spend([default_ffmpeg(), "-v", "error", "-y", *source, "-t", str(SECONDS), str(target)])
    return shown
