"""What does this app tell other apps of the same process, inside the transaction that makes it true?"""

from django.dispatch import Signal

editions_withdrawn = Signal()
"""Sent after a recall with ``tool_id`` and ``locales``: these editions have no release left that may be served."""
