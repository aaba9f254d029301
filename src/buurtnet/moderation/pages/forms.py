"""What the forms of decisions send."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from buurtnet.moderation.schemas import NewWarning, PostDecision, Rest, Text, Verdict


class PostForm(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts on a post as their folds send them together; each has words of its own."""

    verdict: Verdict
    version: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None
    theme: str | None = None
    reason: str | None = None
    note: Text | None = None
    text: Text | None = None
    right: str | None = None
    barrier: str | None = None
    stays: bool = False
    about: Text | None = None
    other: Annotated[str, msgspec.Meta(max_length=600)] | None = None
    agreed: Literal["phone", "in_person"] | None = None
    say: Text | None = None
    rest: Rest | None = None
    why: Text | None = None

    @property
    def decision(self) -> PostDecision:
        """The one verdict, with what belongs to it alone."""
        said = PostDecision(verdict=self.verdict, version=self.version, theme=self.theme)
        match self.verdict:
            case Verdict.REFUSED:
                return replace(said, reason=self.reason, text=self.note or self.text)
            case Verdict.CHANGES_ASKED:
                return replace(said, text=self.text)
            case Verdict.RIGHT_FIRST:
                return replace(said, right=self.right, barrier=self.barrier, stays=self.stays, text=self.about)
            case Verdict.WORDS_PROPOSED:
                return replace(said, words=self.other, agreed=self.agreed, text=self.say)
            case Verdict.HELD:
                return replace(said, rest=self.rest, text=self.why)
            case Verdict.APPROVED:
                return said


class PreviewForm(NewWarning, frozen=True, kw_only=True):
    """As much of what a person will be told as there is already."""

    until: date | None = None


class AppealForm(msgspec.Struct, frozen=True, kw_only=True):
    """What another worker says to an appeal."""

    answer: Literal["stays", "undo"]
    text: Text | None = None


class WordsForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the author says to other words."""

    answer: Literal["yes", "no"]
