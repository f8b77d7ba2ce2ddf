"""Where does an instance keep its files, and on which ports does it listen?"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_DATA = ROOT / "var"
DEFAULT_PORT_BASE = 8000
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """All ports follow from the first one."""

    base: int = DEFAULT_PORT_BASE

    @property
    def editing(self) -> int:
        return self.base

    @property
    def delivery(self) -> int:
        return self.base + 1

    @property
    def newsletter(self) -> int:
        return self.base + 2

    @property
    def transcoder(self) -> int:
        return self.base + 3

    @property
    def cms_work(self) -> int:
        return self.base + 10

    @property
    def newsletter_work(self) -> int:
        return self.base + 12

    @property
    def transcoder_work(self) -> int:
        return self.base + 13

    @property
    def mails(self) -> int:
        return self.base + 25

    @property
    def smtp(self) -> int:
        return self.base + 26

    @property
    def partner_site(self) -> int:
        return self.base + 80

    def by_name(self) -> dict[str, int]:
        return {
            "editing": self.editing,
            "delivery": self.delivery,
            "newsletter": self.newsletter,
            "transcoder": self.transcoder,
            "cms-work": self.cms_work,
            "newsletter-work": self.newsletter_work,
            "transcoder-work": self.transcoder_work,
            "mails": self.mails,
            "mails (SMTP)": self.smtp,
            "partner-site": self.partner_site,
        }


def address(port: int) -> str:
    """Return the web address of a port of this machine."""
    return f"http://{LOOPBACK}:{port}"


@dataclass(frozen=True)
class Place:
    """One instance: its data folder and its ports."""

    data: Path = DEFAULT_DATA
    ports: Ports = Ports()

    @property
    def secrets_file(self) -> Path:
        return self.data / "secrets.json"

    @property
    def engines_file(self) -> Path:
        """What names other engines than SQLite, files and polling, if there is such a file."""
        return self.data / "engines.env"

    @property
    def held_file(self) -> Path:
        """Says why nobody should start what is here, if there is such a file: it was moved, or is half restored."""
        return self.data / "held.txt"

    @property
    def lock_file(self) -> Path:
        return self.data / "launcher.lock"

    @property
    def state_file(self) -> Path:
        return self.data / "launcher.json"

    @property
    def partner_keys_file(self) -> Path:
        """What the demo's partner was given: its key to the API and its webhook secret."""
        return self.data / "partner-keys.json"

    @property
    def mails_file(self) -> Path:
        return self.data / "mails.sqlite3"
