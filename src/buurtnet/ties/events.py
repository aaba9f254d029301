"""What happens to ties."""

from uuid import UUID

import msgspec


class ComponentChanged(msgspec.Struct, frozen=True):
    """The person is in another component, in a first one, or in none any more."""

    person_id: UUID
