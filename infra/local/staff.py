"""Who is the first member of staff? Runs with the settings of the CMS."""

from pathlib import Path

from infra.local.places import Place
from infra.local.secrets import secrets_of

FIRST_MEMBER = "staff"
FIRST_MEMBER_EMAIL = "staff@make-it-safe.example"


def make_first_member(data: Path) -> None:
    """Make an administrator with the generated password, unless there is anybody already."""
    from django.contrib.auth import get_user_model  # the launcher reads the name above without loading Django

    users = get_user_model()
    if not users.objects.exists():
        password = secrets_of(Place(data=data).secrets_file).staff_password
        users.objects.create_superuser(username=FIRST_MEMBER, email=FIRST_MEMBER_EMAIL, password=password)
