"""How long an invitation is good for, and how many may be sent (the desk's own rules)."""

from datetime import timedelta

# Half-open: at the very instant 24 hours after it was sent, an invitation has expired.
INVITATION_LASTS = timedelta(hours=24)

# Of one customer: invitations to one address within an hour, and to anybody within a day.
MOST_TO_ONE_ADDRESS, ONE_ADDRESS_WITHIN = 3, timedelta(hours=1)
MOST_OF_A_CUSTOMER, OF_A_CUSTOMER_WITHIN = 30, timedelta(days=1)

# A failed mail is a warning about its address for so long.
FAILED_MAIL_COUNTS = timedelta(days=30)
