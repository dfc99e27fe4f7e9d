"""Whoever could sign in could upload; from now on that is for the group Uploader."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def join_uploaders(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    users = apps.get_model("auth", "User").objects.filter(is_superuser=False)
    if users.exists():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Uploader")
        group.user_set.add(*users)


class Migration(migrations.Migration):
    dependencies = [
        ("transcripts", "0002_people_and_programs"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(join_uploaders, migrations.RunPython.noop)]
