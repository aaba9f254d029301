"""Themes as they come from the tables and go out to pages and programs."""

from typing import Annotated, Literal

import msgspec

Review = Literal["always", "new"]
LANGUAGE_TAG = r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}$"
"""A language as programs name it (BCP 47)."""


class ThemeCard(msgspec.Struct, frozen=True, kw_only=True):
    """One theme with its label in one language."""

    id: int
    slug: str
    parent_id: int | None
    label: str
    shown: str
    """The label that others see: another one where the theme itself would tell too much."""
    example: str
    icon: str
    review: Review
    talk: bool
    right: bool
    halving_m: int
    safeguard: str | None = None
    advice: str | None = None
    need_days: int = 30
    offer_days: int = 90

    @property
    def sensitive(self) -> bool:
        """Whether a worker looks before each match, and ties never carry the theme."""
        return self.review == "always"


class ThemeBranch(msgspec.Struct, frozen=True, kw_only=True):
    """A root theme and its children, in the order of the screen."""

    theme: ThemeCard
    children: list[ThemeCard]


class NewSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A text for which themes are asked; it is read and forgotten."""

    text: Annotated[str, msgspec.Meta(max_length=2000)]
    language: Annotated[str, msgspec.Meta(pattern=LANGUAGE_TAG)] | None = None
    """Of the text; else that of Accept-Language. Where the text is clearly in another one, that one counts."""


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """At most three themes, best first; none where the text does not say."""

    themes: list[ThemeCard]
