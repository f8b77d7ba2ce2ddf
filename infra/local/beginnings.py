"""What does an empty CMS need before anybody can work in it? Runs with the settings of the CMS.

A first member of staff, the languages, a home with tools and newsletters in each of them, and the usual licences.
Everything is looked for before it is made, so that a start that was killed is simply done again.
"""

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model
from wagtail.models import Locale, Page, Site

from cms.library.models import HomePage, ToolIndexPage
from cms.newsroom.models import NewsroomPage
from cms.taxonomy.models import Licence
from infra.local.demo.content.terms import HOMES, LICENCES, NEWSROOMS, TOOLS
from infra.local.staff import FIRST_MEMBER, FIRST_MEMBER_EMAIL

NAMESPACE = uuid.UUID("5d0f6b3a-6c0e-4f6f-9d5a-0b8c6a4f1e21")


class PasswordMissing(Exception):
    """Nobody could log in, or everybody."""


def fixed_id(name: str) -> uuid.UUID:
    """Return the id that ``name`` has at every start, so that nothing is made twice."""
    return uuid.uuid5(NAMESPACE, name)


def begin(*, password: str) -> None:
    """Make what is missing; ``password`` becomes that of the first member of staff, if there is none yet."""
    with transaction.atomic():
        make_first_member(password)
        for locale in locales():
            make_home(locale)
        make_licences()


def make_first_member(password: str) -> None:
    """Make an administrator with this password, unless there is anybody already; PasswordMissing without one."""
    users = get_user_model()
    if not users.objects.exists():
        if not password:
            raise PasswordMissing("The first member of staff needs a password.")
        users.objects.create_superuser(username=FIRST_MEMBER, email=FIRST_MEMBER_EMAIL, password=password)


def locales() -> list[Locale]:
    return [Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def make_home(locale: Locale) -> HomePage:
    """Return the home of a language with its two branches; the first one takes the place of Wagtail's welcome page."""
    code = locale.language_code
    home: HomePage | None = HomePage.objects.filter(locale=locale).first()
    if home is None:
        home = HomePage(title=HOMES[code], slug=f"home-{code}", locale=locale, translation_key=fixed_id("home"))
        root = Page.get_first_root_node()
        root.add_child(instance=home)
        _replace_welcome_page(root, home)
    for model, words, slug in ((ToolIndexPage, TOOLS, "tools"), (NewsroomPage, NEWSROOMS, "newsletters")):
        if not model.objects.child_of(home).exists():
            home.add_child(instance=model(title=words[code], slug=slug, locale=locale, translation_key=fixed_id(slug)))
    return home


def _replace_welcome_page(root: Page, home: HomePage) -> None:
    Site.objects.get_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    for welcome in root.get_children().filter(content_type__model="page", content_type__app_label="wagtailcore"):
        Site.objects.filter(root_page=welcome).update(root_page=home)
        welcome.delete()


def make_licences() -> None:
    for code, (name, url) in LICENCES.items():
        make_term(Licence, code, dict.fromkeys(HOMES, name), url=url)


def make_term(model: type[Model], code: str, words: dict[str, str], **fields: str) -> None:
    """Make a term in every language it has words for; one that somebody has changed stays as it is."""
    for locale in locales():
        if locale.language_code in words:
            model._default_manager.get_or_create(
                code=code,
                locale=locale,
                defaults={
                    "name": words[locale.language_code],
                    "translation_key": fixed_id(f"{model.__name__}:{code}"),
                    **fields,
                },
            )
