"""Which film is encoded? Ten seconds of 1080p, real footage when it lies beside the repository."""

from pathlib import Path

from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from tests.bench._ladder.processes import spend

PHONE_CLIP = Path(__file__).resolve().parents[4] / "shared" / "media" / "films" / "ax_sample_edit_list.mp4"
_TO_SDR = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0:peak=4.93,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)
_NEARLY_LOSSLESS = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "6", "-an", "-map_metadata", "-1")


def make_clip(target: Path) -> str:
    """Write the clip to ``target`` and say what it shows."""
    if PHONE_CLIP.exists():
        there_and_back = "split[a][b];[b]reverse[c];[a][c]concat=n=2,split[d][e];[d][e]concat=n=2,sidedata=mode=delete"
        graph = f"[0:v:0]fps=30000/1001,{_TO_SDR},{there_and_back}[out]"
        source = ["-noautorotate", "-i", str(PHONE_CLIP)]
        shown = "10 s of a town filmed with a phone, 1920 × 1080, there and back twice"
    else:
        graph = "[0:v]noise=alls=6:allf=t,format=yuv420p[out]"
        source = ["-f", "lavfi", "-i", "mandelbrot=s=1920x1080:r=30000/1001,trim=duration=10"]
        shown = "10 s of a drawn fractal with noise, 1920 × 1080"
    command = ["-filter_complex", graph, "-map", "[out]", *_NEARLY_LOSSLESS, str(target)]
    spend([default_ffmpeg(), "-v", "error", "-y", *source, *command])
    return shown
