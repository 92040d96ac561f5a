"""An application as it is now, held until the commit: who changes one does so alone."""

from licensing.models import Application

State = Application.State


class StateChangedError(Exception):
    """The application is no longer in a state that allows this: `application` as it is now."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.number)
        self.application = application


def locked(application: Application, *states: State) -> Application:
    """The row as it is now, ours until the commit: two who decide at once do so one by one.

    Raises StateChangedError where it is in none of `states` any more.
    """
    row = Application.objects.for_pages().select_for_update(no_key=True, of=("self",))
    found = row.get(pk=application.pk)
    if found.state not in states:
        raise StateChangedError(found)
    return found
