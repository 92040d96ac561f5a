from django.db import migrations

import supportdesk.accounts.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_view_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffMember",
            fields=[],
            options={
                "verbose_name": "担当者",
                "verbose_name_plural": "担当者",
                "ordering": ["name", "pk"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
            managers=[
                ("objects", supportdesk.accounts.models.StaffManager()),
            ],
        ),
    ]
