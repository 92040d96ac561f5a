"""What customers type: read in any width, told what to enter."""

from licensing.forms.applying import ApplicationForm
from licensing.forms.correcting import CorrectionForm, MistypedForm
from licensing.forms.fields import LONGEST_NOTE, read_host_code, visible
from licensing.forms.provisional import ProvisionalForm, ReasonForm
from licensing.forms.requesting import MoveRequestForm

__all__ = [
    "LONGEST_NOTE",
    "ApplicationForm",
    "CorrectionForm",
    "MistypedForm",
    "MoveRequestForm",
    "ProvisionalForm",
    "ReasonForm",
    "read_host_code",
    "visible",
]
