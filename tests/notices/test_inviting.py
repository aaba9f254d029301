"""The mail that tells an invited worker how to begin."""

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.mail import read_inbox
from buurtnet.kit.vault import Vault
from buurtnet.notices.jobs import invitation_sender
from buurtnet.people.events import StaffInvited
from buurtnet.settings import Settings
from tests.made import Made


async def test_an_invitation_says_who_where_and_with_which_address_and_holds_no_secret(
    worker_database: Database, made: Made, vault: Vault, settings: Settings
) -> None:
    karim, mia, late = await made.staff("Karim", role="coordinator"), await made.staff("Mia", language="fr"), await made.staff("Late")
    for person_id, begun in ((mia, None), (late, now())):
        await made.contact(person_id, f"{person_id.hex}@example.org")
        organisation_id = await made.home_organisation()
        await made.insert(
            "tenure", person_id=person_id, organisation_id=organisation_id, invited_by=karim, invited_at=now(), begun_at=begun
        )
    async with worker_database.transaction() as db:
        for person_id in (mia, late):
            await invitation_sender(settings, vault)(db, StaffInvited(person_id))
    assert settings.inbox is not None
    letters = {letter.to: letter for letter in read_inbox(settings.inbox)}
    assert f"{late.hex}@example.org" not in letters, "who has begun is not told again"
    text = letters[f"{mia.hex}@example.org"].text
    assert "Karim" in text and "Mia" in text and "Sociale Dienst 1030" in text
    assert [line for line in text.splitlines() if line.startswith("http")] == [f"{settings.url}/staff/sign-in"]
