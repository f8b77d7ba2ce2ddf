"""How do plain values from the environment become Django settings?

Settings modules import this before Django is configured: nothing here touches settings or models.
"""

from foundation.configuration.databases import database_from, replica_from
from foundation.configuration.environment import env
from foundation.configuration.logs import logging_from
from foundation.configuration.mails import mail_from
from foundation.configuration.queues import queue_from
from foundation.configuration.storages import storages_from
from foundation.configuration.uploads import browser_storage_from

__all__ = [
    "browser_storage_from",
    "database_from",
    "env",
    "logging_from",
    "mail_from",
    "queue_from",
    "replica_from",
    "storages_from",
]
