"""The time line of a move above the staff's page of its application."""

from supportdesk.admin import ReadOnly


class WithTimeLine(ReadOnly):
    change_form_before_template = "admin/licensing/move_before.html"

    class Media:
        css = {"all": ["supportdesk/licensing.css"]}
