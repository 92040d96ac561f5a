"""Who changes the periods of a contract does so alone."""

from contracts.models import Contract


def hold(contract_pk: int) -> Contract:
    """The contract, locked: what is decided from its periods stays true until the commit."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract_pk)
