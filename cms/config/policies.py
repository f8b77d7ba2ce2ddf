"""What may pages load and send? (W3C Content Security Policy Level 3)"""

DELIVERY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
# Wagtail's editor writes styles and scripts into its pages, without a nonce
_EDITING = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


def editing_policy(*, films_to: str) -> str:
    """Return the policy of staff's pages; films are sent to the origin ``films_to``, or nowhere else if it is empty."""
    return f"{_EDITING}; connect-src 'self' {films_to}" if films_to else _EDITING
