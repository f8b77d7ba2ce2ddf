"""When are two mail addresses, or two languages, the same? Normal forms and the hash that outlives an address."""

import hashlib
import hmac
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, as corrected by erratum 1690
_is_address = EmailValidator()
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class AddressRefused(ValueError):
    """This is no address we can mail; the message says what to do."""


class LanguageRefused(ValueError):
    """This is no language tag; the message says what to do."""


def normal_address(text: str) -> str:
    """Return ``text`` as we store it: no space around, all lower case, the domain in ASCII (RFC 5891).

    Lower-casing the local part merges what RFC 5321 §2.4 keeps apart; no provider does, and people type both.
    """
    local, at, domain = text.strip().lower().rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode('ascii')}"
        _is_address(address)
        address.encode("ascii")
    except (UnicodeError, ValidationError) as error:
        raise AddressRefused(_("This is not a mail address. Write it like name@example.org.")) from error
    if len(address) > LONGEST_ADDRESS or '"' in address:
        raise AddressRefused(_("We can't send to this kind of address. Use a plain one like name@example.org."))
    return address


def normal_language(text: str) -> str:
    """Return a BCP 47 tag in its usual case, as in ``nl-BE`` and ``zh-Hant`` (RFC 5646 §2.1.1)."""
    first, *rest = text.strip().replace("_", "-").split("-")
    tag = "-".join([first.lower(), *(_SUBTAG_CASE.get(len(part), str.lower)(part) for part in rest)])
    if not _LANGUAGE.fullmatch(tag) or len(tag) > 20:
        raise LanguageRefused(_("This is not a language tag. Write it like fr or nl-BE."))
    return tag


_SUBTAG_CASE = {2: str.upper, 4: str.title}


def address_hash(address: str) -> str:
    """Return the keyed hash of a normal address: enough to recognise it, not enough to write to it."""
    return hmac.digest(settings.ADDRESS_HASH_KEY.encode(), address.encode(), hashlib.sha256).hex()
