from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="view_only",
            field=models.BooleanField(
                default=False,
                help_text="チェックを入れた担当者は、画面を見るだけで何も変更できません。",
                verbose_name="閲覧のみ",
            ),
        ),
    ]
