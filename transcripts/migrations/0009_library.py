"""The library's orders and filters."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Exists, OuterRef, Q


def mark_the_newest(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every run but the last of its recording."""
    transcripts = apps.get_model("transcripts", "Transcript").objects.using(schema_editor.connection.alias)
    newer = transcripts.filter(recording=OuterRef("recording")).filter(
        Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__lt=OuterRef("id"))
    )
    transcripts.filter(Exists(newer)).update(is_newest=False)


class Migration(migrations.Migration):
    dependencies = [
        ("transcripts", "0008_administration"),
    ]

    operations = [
        migrations.AddField(
            model_name="recording",
            name="length_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("duration_ms", 0),
                output_field=models.PositiveBigIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="recording",
            name="title_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Left("folded_title", 80),
                output_field=models.CharField(max_length=80),
            ),
        ),
        migrations.AddField(
            model_name="transcript",
            name="is_newest",
            field=models.BooleanField(default=True, editable=False, verbose_name="is newest"),
        ),
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(
                condition=models.Q(("deleted_at", None)), fields=["created_at", "id"], name="recording_by_date"
            ),
        ),
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(
                condition=models.Q(("deleted_at", None)), fields=["title_key", "id"], name="recording_by_title"
            ),
        ),
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(
                condition=models.Q(("deleted_at", None)), fields=["length_key", "id"], name="recording_by_length"
            ),
        ),
        migrations.AddIndex(
            model_name="transcript",
            index=models.Index(fields=["language"], name="transcript_language"),
        ),
        migrations.AddIndex(
            model_name="transcript",
            index=models.Index(fields=["review"], name="transcript_review"),
        ),
        migrations.RunPython(mark_the_newest, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_newest", True)), fields=("recording",), name="transcript_newest_once"
            ),
        ),
    ]
