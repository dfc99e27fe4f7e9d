"""What the search goes by: folded texts, and a row for each current segment.

The full-text indexes and the triggers that keep them are made after every `migrate` (`search.installing` says why).
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from transcripts.models.folding import FoldedField


def remove_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from transcripts.search.installing import remove

    remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0006_comments")]

    operations = [
        migrations.AddField(
            model_name="recording",
            name="folded_title",
            field=FoldedField(blank=True, default="", editable=False, of="title"),
        ),
        migrations.AddField(
            model_name="segment",
            name="folded_speaker",
            field=FoldedField(blank=True, default="", editable=False, of="speaker"),
        ),
        migrations.AddField(
            model_name="segment",
            name="folded_text",
            field=FoldedField(blank=True, default="", editable=False, of="text"),
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "segment",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="passage",
                        serialize=False,
                        to="transcripts.segment",
                    ),
                ),
                ("start_ms", models.PositiveBigIntegerField()),
                (
                    "transcript",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="passages",
                        to="transcripts.transcript",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["transcript", "start_ms"], name="passage_of_transcript")]},
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_index),
    ]
