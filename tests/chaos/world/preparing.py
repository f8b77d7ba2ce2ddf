"""Tables and buckets of the world, before anybody dies."""

import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    from foundation.storage import private_store, public_store

    call_command("migrate", verbosity=0)
    for store in (private_store(), public_store()):
        store.client.create_bucket(Bucket=store.bucket_name)  # type: ignore[attr-defined]
    sys.stdout.write("prepared\n")
