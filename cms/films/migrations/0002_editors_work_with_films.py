"""Wagtail's own groups may work with films, as they may with pictures."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ACTIONS = {"Editors": ("view", "add", "change"), "Moderators": ("view", "add", "change", "delete")}


def allow(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups, permissions = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    content_type, _new = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="films", model="film"
    )
    for name, actions in ACTIONS.items():
        group: Any = groups.objects.filter(name=name).first()
        for action in actions if group else ():
            permission, _new = permissions.objects.get_or_create(
                content_type=content_type, codename=f"{action}_film", defaults={"name": f"Can {action} film"}
            )
            group.permissions.add(permission)


def forbid(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ACTIONS):
        group.permissions.remove(*group.permissions.filter(content_type__app_label="films"))


class Migration(migrations.Migration):
    dependencies = [
        ("films", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0002_initial_data"),
    ]

    operations = [migrations.RunPython(allow, forbid)]
