"""A believable small vendor: its customers, contracts, closures, inquiries and applications.

Everything stands around the desk's current time and is told as a story: the
clock is moved through the past weeks, and at each moment the people do through
the services what they would do on a page, while the sweeps of worker and issuer
run in between. So promises are kept, broken and moved for real.
"""

from datetime import datetime

from supportdesk.demo.data.applications import tell_applications
from supportdesk.demo.data.certificates import tell_certificates
from supportdesk.demo.data.closures import announce_the_years_closures, tell_of_a_moved_promise
from supportdesk.demo.data.customers import make_customers, make_staff
from supportdesk.demo.data.imports import tell_imports
from supportdesk.demo.data.in_their_name import tell_in_their_name
from supportdesk.demo.data.inquiries import tell_inquiries
from supportdesk.demo.data.people import tell_people
from supportdesk.demo.data.renewals import tell_renewals
from supportdesk.demo.data.story import Story


def make(now: datetime) -> None:
    """Fill an empty desk as it stands at the aware instant `now`; ends with the clock at `now`."""
    make_staff()
    announce_the_years_closures(now)
    make_customers(now)
    story = Story(now)
    tell_of_a_moved_promise(story)
    tell_inquiries(story)
    tell_applications(story)
    tell_renewals(story)
    tell_people(story)
    tell_imports(story)
    tell_certificates(story)
    tell_in_their_name(story)
    story.tell()
