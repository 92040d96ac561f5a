"""What unfold is told of the staff's side: its name, mark, colours and side bar."""

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": _("サポートデスク 担当者用"),
    "SITE_HEADER": _("サポートデスク"),
    "SITE_SUBHEADER": _("担当者用"),
    "SITE_ICON": lambda request: static("supportdesk/mark.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("supportdesk/mark.svg"),
        }
    ],
    "THEME": "light",
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("supportdesk/desk-admin.css")],
    "SCRIPTS": [lambda request: static("supportdesk/desk-admin.js")],
    "SIDEBAR": {"navigation": "supportdesk.views.sidebar.navigation"},
    # The tokens of desk.css: blue on white, greys with enough contrast.
    "COLORS": {
        "primary": {
            "50": "#f3f7fb",
            "100": "#e9f0f8",
            "200": "#cfe0f0",
            "300": "#a8c4e2",
            "400": "#86aed6",
            "500": "#3f74ae",
            "600": "#1a56a0",
            "700": "#123f78",
            "800": "#12386a",
            "900": "#11345c",
            "950": "#10304f",
        },
        "base": {
            "50": "#f9fafb",
            "100": "#f5f7f9",
            "200": "#d6dce2",
            "300": "#b9c2cb",
            "400": "#71808e",
            "500": "#566370",
            "600": "#3b4854",
            "700": "#2e3a45",
            "800": "#222d38",
            "900": "#15202b",
            "950": "#0d151d",
        },
    },
}
