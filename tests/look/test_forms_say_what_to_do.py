"""Fields say what is needed in words; errors come twice, first in a summary that links to them."""

from django import forms
from django.template import Context, Template

from supportdesk.presenting.widgets import Card, ManyFilesDrop
from tests.look.pages import words


class Asking(forms.Form):
    product = forms.ChoiceField(
        label="製品",
        choices=[
            ("a", Card("desknet's NEO", "2027年3月31日(水)まで")),
            ("b", Card("大阪営業所", "期間が終わっています", disabled=True)),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "製品を選んでください"},
    )
    subject = forms.CharField(
        label="件名",
        help_text="60文字まで。",
        error_messages={"required": "件名を入力してください"},
    )
    text = forms.CharField(label="内容", max_length=4000, widget=forms.Textarea, required=False)
    attached = forms.FileField(label="添付ファイル", required=False, widget=ManyFilesDrop)


def printed(form: forms.Form) -> str:
    template = Template("{% load desk %}{% error_summary form %}{{ form }}")
    return template.render(Context({"form": form}))


def test_what_must_and_what_may_be_filled_in_is_said_in_words() -> None:
    text = words(printed(Asking()))
    assert "件名 必須" in text
    assert "内容 任意" in text


def test_a_form_without_errors_has_no_summary() -> None:
    assert "ご確認ください" not in printed(Asking())


def test_the_summary_counts_the_places_and_links_to_each() -> None:
    html = printed(Asking({"subject": " "}))
    assert "入力内容を 2か所 ご確認ください" in html
    assert '<a href="#id_product_0">製品を選んでください</a>' in html
    assert '<a href="#id_subject">件名を入力してください</a>' in html
    assert 'id="id_product_0"' in html
    assert "data-focus" in html


def test_the_same_words_stand_below_the_field_and_belong_to_it() -> None:
    html = printed(Asking({"subject": ""}))
    assert html.count("件名を入力してください") == 2
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_subject_error"' in html
    assert 'id="id_subject_helptext"' in html


def test_what_concerns_the_whole_form_has_no_link() -> None:
    form = Asking({"product": "a", "subject": "x"})
    form.add_error(None, "同じ内容が送信済みです")
    assert "<li>同じ内容が送信済みです</li>" in printed(form)


def test_a_choice_has_its_second_line_and_one_that_cannot_be_chosen_says_why() -> None:
    html = printed(Asking())
    assert '<span class="choice-detail">2027年3月31日(水)まで</span>' in html
    second = html.split('value="b"')[1].split("</label>")[0]
    assert " disabled" in second
    assert "期間が終わっています" in second


def test_what_was_chosen_stays_chosen() -> None:
    html = printed(Asking({"product": "a"}))
    assert "checked" in html.split('value="a"')[1].split(">")[0]


def test_words_in_a_label_are_escaped() -> None:
    form = Asking()
    form.fields["product"].choices = [("a", Card("<b>x</b>", "<i>y</i>"))]  # type: ignore[attr-defined]
    assert "<b>x" not in printed(form)
    assert "&lt;i&gt;y" in printed(form)


def test_the_file_field_is_a_real_one_and_takes_several() -> None:
    html = printed(Asking())
    field = html.split('name="attached"')[1].split(">")[0]
    assert "multiple" in field
    assert '<label class="btn btn-outline-primary btn-compact" for="id_attached">' in html
