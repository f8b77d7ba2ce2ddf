"""What does this app tell other apps of the same process, inside the transaction that makes it true?"""

from django.dispatch import Signal

recalled = Signal()
"""Sent with ``recall`` and ``withdrawn``: the locales of those editions that have no release left to be served."""
