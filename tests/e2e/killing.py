"""How are processes killed, and how do the tests know that they are back?"""

import os
import signal
import subprocess
from pathlib import Path

import imageio_ffmpeg

from infra.local.chain.expecting import wait_for
from infra.local.chain.instance import Instance
from infra.local.launcher.health import probe
from infra.local.launcher.memory import family_of

PORTS = {
    "editing": "editing",
    "delivery": "delivery",
    "transcoder": "transcoder",
    "newsletter": "newsletter",
    "cms-work": "cms_work",
    "transcoder-work": "transcoder_work",
    "newsletter-work": "newsletter_work",
    "mails": "mails",
    "partner-site": "partner_site",
}


def kill(instance: Instance, name: str) -> None:
    """Kill one process with -9 and wait until its successor can work; what it had started is gone."""
    old = instance.pids()[name]
    family = family_of(old)
    os.kill(old, signal.SIGKILL)
    wait_for(f"Another {name}", lambda: instance.pids().get(name, old) != old, limit_s=30)
    wait_for(f"The end of the old {name}", lambda: not any(is_running(pid) for pid in family), limit_s=10)
    wait_until_ready(instance, name)


def wait_until_ready(instance: Instance, name: str) -> None:
    port = int(getattr(instance.place.ports, PORTS[name]))
    wait_for(f"{name} is ready", lambda: probe(port, "/readyz") is None, limit_s=60)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def processes_on(data: Path) -> list[str]:
    """Return the command lines of all processes that work on a data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(data) in command or f"DATA_DIR={data}\0" in environment:
            found.append(command)
    return found


def long_film(path: Path, *, seconds: int = 24) -> Path:
    """Make a film that takes a while to prepare: moving pictures with sound."""
    pictures = f"testsrc2=size=1280x720:rate=25:duration={seconds}"
    sound = f"sine=frequency=330:duration={seconds}"
    argv = ("-v", "error", "-y", "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound, "-preset", "ultrafast")
    subprocess.run((imageio_ffmpeg.get_ffmpeg_exe(), *argv, "-pix_fmt", "yuv420p", str(path)), check=True)
    return path
