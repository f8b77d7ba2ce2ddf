"""Which of a picture's files does a mail show? One every mail client draws, sharp on a dense screen."""

from dataclasses import dataclass
from urllib.parse import urljoin

from foundation.contracts.release import Picture, PictureSource
from services.newsletter.rendering.markup import clean_text

SHARP_WIDTH = 1104  # twice the 552 pixels a picture gets in the mail
_DRAWN_EVERYWHERE = {"image/jpeg", "image/png", "image/gif"}  # AVIF and WebP leave a hole in Outlook


@dataclass(frozen=True)
class MailPicture:
    """An absolute address, the alternative text and the proportions."""

    url: str
    alt: str
    width: int
    height: int


def mail_picture(picture: Picture | None, *, base_url: str) -> MailPicture | None:
    """Return the smallest source that is wide enough, else the widest; None when no client-safe source exists."""
    usable = [source for source in picture.sources if source.media_type in _DRAWN_EVERYWHERE] if picture else []
    if not picture or not usable:
        return None
    source = min(usable, key=_cost)
    return MailPicture(urljoin(f"{base_url}/", source.url), clean_text(picture.alt), source.width, source.height)


def _cost(source: PictureSource) -> tuple[bool, int]:
    is_narrow = source.width < SHARP_WIDTH
    return is_narrow, -source.width if is_narrow else source.width
