"""The app's tables, in one step for the many that it replaces."""

# One field a line, however long.
# fmt: off

import django.db.models.functions.text
from django.db import migrations, models

import supportdesk.accounts.models
from supportdesk.migrating import Together


class Migration(migrations.Migration):
    replaces = [("accounts", "0001_initial"), ("accounts", "0002_view_only"), ("accounts", "0003_staff_member"), ("accounts", "0004_language")]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False, help_text="Designates that this user has all permissions without explicitly assigning them.", verbose_name="superuser status"
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(error_messages={"unique": "このメールアドレスはすでに登録されています"}, max_length=254, unique=True, verbose_name="メールアドレス"),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="氏名")),
                        ("is_staff", models.BooleanField(default=False, verbose_name="担当者")),
                        ("is_active", models.BooleanField(default=True, verbose_name="有効")),
                        ("joined_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="登録日時")),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        ("view_only", models.BooleanField(default=False, help_text="チェックを入れた担当者は、画面を見るだけで何も変更できません。", verbose_name="閲覧のみ")),
                        ("language", models.CharField(blank=True, choices=[("ja", "日本語"), ("en", "English")], max_length=2, verbose_name="ことば")),
                    ],
                    options={
                        "verbose_name": "利用者",
                        "verbose_name_plural": "利用者",
                        "constraints": [models.CheckConstraint(condition=models.Q(("email", django.db.models.functions.text.Lower("email"))), name="user_email_is_lower_case")],
                    },
                ),
                migrations.CreateModel(
                    name="StaffMember",
                    fields=[],
                    options={
                        "verbose_name": "担当者",
                        "verbose_name_plural": "担当者",
                        "ordering": ["name", "pk"],
                        "proxy": True,
                    },
                    bases=("accounts.user",),
                    managers=[
                        ("objects", supportdesk.accounts.models.StaffManager()),
                    ],
                ),
            ],
        ),
    ]
