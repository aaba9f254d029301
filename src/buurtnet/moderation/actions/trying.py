"""Trying words on past posts before anybody keeps them."""

from typing import Annotated

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries.trying import TrialView, view_trial
from buurtnet.screening.rules.setting import check_new, read_typed
from buurtnet.screening.schemas import LeadsTo, Rule


class TriedWords(msgspec.Struct, frozen=True):
    """Words that are tried."""

    words: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    language: str = "any"
    kind: str = "own"
    leads_to: LeadsTo = LeadsTo.REVIEW

    def as_rules(self) -> list[Rule]:
        """The rules they would be, with numbers that no rule has; Invalid where they cannot be."""
        leads_to = check_new(kind=self.kind, language=self.language, leads_to=self.leads_to)
        patterns = read_typed(self.words)
        return [
            Rule(id=-place, language=self.language, kind=self.kind, pattern=pattern, leads_to=leads_to)
            for place, pattern in enumerate(patterns, 1)
        ]


async def try_words(db: Db, viewer: Viewer, typed: TriedWords) -> TrialView:
    """What the words would have seen in past posts; that they were tried is written down. Invalid where they cannot be rules."""
    tried = typed.as_rules()
    await record_audit(db, viewer, "rules tried", object_kind="rule", reason=f"{len(tried)} {tried[0].kind}")
    return await view_trial(db, viewer, tried)
