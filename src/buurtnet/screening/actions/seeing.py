"""Screening a text and keeping what was seen."""

import hashlib
from datetime import datetime

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.screening import queries
from buurtnet.screening.rules.behaviour import say_plainly, see_behaviour
from buurtnet.screening.rules.screening import screen
from buurtnet.screening.schemas import Flag, Subject

FORGET_FLAGS = "delete from flag where object_kind = $1 and object_id = $2"
SAVE_FLAG = """
insert into flag (id, object_kind, object_id, within, rule_id, kind, leads_to, starts, ends) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
FORGET_SUM = "delete from text_sum where object_id = $1"
SAVE_SUM = "insert into text_sum (object_id, object_kind, within, author_id, sum, at) values ($1, $2, $3, $4, $5, $6)"
SAME = """
select count(distinct coalesce(within, object_id)) from text_sum
 where sum = $1 and object_kind = $2 and at > $4::timestamptz - interval '30 days' and ($2 = 'post' or author_id = $3)
"""
"""Where the same words stand: of posts whoever wrote them, of messages those of one author, for words of others are no deceit of theirs."""
FORGET_SUMS = "delete from text_sum where at < $1::timestamptz - interval '30 days'"


async def screen_text(db: Db, what: Subject, *, vault: Vault | None = None, region: str = "BE") -> list[Flag]:
    """What the rules see in the text and in what its author does, by place; kept as flags of the object in place of earlier ones. Nothing is ever
    refused here. With the vault where the text is a secret: then what is kept of its words says nothing without the key."""
    rules = await queries.list_rules(db, what.organisation_id)
    places = await _count_places(db, what, vault)
    flags = [*screen(what.text, what.language, rules, region=region), *see_behaviour(what, rules, places=places)]
    flags.sort(key=lambda flag: (flag.start, flag.end, flag.kind))
    await db.execute(FORGET_FLAGS, what.object_kind, what.object_id)
    of = (what.object_kind, what.object_id, what.within)
    rows = [(new_id(), *of, flag.rule_id, flag.kind, flag.leads_to, flag.start, flag.end) for flag in flags]
    if rows:
        await db.executemany(SAVE_FLAG, rows)
    return flags


async def _count_places(db: Db, what: Subject, vault: Vault | None) -> int:
    """In how many places the same words stand, this one among them; keeps their sum."""
    await db.execute(FORGET_SUM, what.object_id)
    words = None if what.entered else say_plainly(what.text)
    if words is None:
        return 0
    summed = vault.blind("same text", words) if vault else hashlib.sha256(words.encode()).digest()
    await db.execute(SAVE_SUM, what.object_id, what.object_kind, what.within, what.author_id, summed[:16], what.at)
    return await db.fetchval(SAME, summed[:16], what.object_kind, what.author_id, what.at) or 0


async def forget_sums(db: Db, at: datetime) -> None:
    """Removes the sums of texts that are older than thirty days."""
    await db.execute(FORGET_SUMS, at)
