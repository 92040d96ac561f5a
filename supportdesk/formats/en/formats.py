"""Dates in English: no order of day and month that could be read in two ways."""

DATE_FORMAT = "D j M Y"
DATETIME_FORMAT = "D j M Y G:i"
TIME_FORMAT = "G:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%d %b %Y"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
