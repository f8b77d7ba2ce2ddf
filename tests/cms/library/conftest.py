"""What do the tests of the editing screens share?"""

import pytest
from django.test import Client

from cms.users.models import User
from tests.cms.factories import make_user


@pytest.fixture
def editor(db: None) -> User:
    """Somebody who may do everything."""
    return make_user()


@pytest.fixture
def staff(client: Client, editor: User) -> Client:
    """The browser of the editor."""
    client.force_login(editor)
    return client
