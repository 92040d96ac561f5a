from django.apps import AppConfig


class BusinessCalendarConfig(AppConfig):
    name = "supportdesk.business_calendar"
    label = "business_calendar"
    verbose_name = "運営"
