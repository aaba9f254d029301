"""The mail that tells an invited worker how to begin."""

from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.mail import Letter, send_mail
from buurtnet.kit.vault import Vault
from buurtnet.settings import Settings
from buurtnet.web.language import _, speaking
from buurtnet.web.templating import render_text

INVITED = """
select c.id, c.sealed, p.language, p.given_name, host.given_name as host, o.names->>p.language as organisation
  from tenure t join person p on p.id = t.person_id and p.state = 'active'
  join contact c on c.person_id = p.id and c.channel = 'email' and c.verified_at is not null
  join organisation o on o.id = t.organisation_id left join person host on host.id = t.invited_by
 where t.person_id = $1 and t.left_at is null and t.begun_at is null order by c.id limit 1
"""


async def send_invitation(db: Db, settings: Settings, vault: Vault, person_id: UUID) -> None:
    """Mails the invited worker where and with which address they begin; nothing where they have begun or left meanwhile."""
    row = await db.fetchrow(INVITED, person_id)
    if row is None:
        return
    to = vault.open_text(row["sealed"], "contact", "sealed", row["id"])
    shown = {"name": row["given_name"], "host": row["host"], "organisation": row["organisation"], "url": f"{settings.url}/staff/sign-in"}
    text = render_text("notices/mail/invitation.txt", row["language"], **shown)
    with speaking(row["language"]):
        subject = _("Your desk at Buurtnet is ready")
    await send_mail(settings, Letter(to=to, subject=subject, text=text))
