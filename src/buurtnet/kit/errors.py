"""Refusals: what an action raises when it does not do what was asked. A refusal is a statement in the reader's language."""

from collections.abc import Mapping
from typing import ClassVar

from buurtnet.kit.text import N_


class Refusal(Exception):
    """Something that is not done, with the sentence (a msgid) that says why. `values` fill its placeholders."""

    status: ClassVar[int] = 400
    text: str = N_("This cannot be done.")

    def __init__(self, text: str | None = None, **values: str | int) -> None:
        self.text = text or type(self).text
        self.values = values
        super().__init__(self.text)


class NotFound(Refusal):
    """Not there, or not for this viewer: nobody can tell which."""

    status = 404
    text = N_("This page is not here, or it is not for you.")


class Forbidden(Refusal):
    """The viewer's role does not allow it."""

    status = 403
    text = N_("You cannot do this with your account.")


class ConfirmFirst(Refusal):
    """A worker who did not show lately that it is them; the answer to a person asks for it, and then does what was asked."""

    status = 403
    text = N_("Show again that it is you.")


class SignInFirst(Refusal):
    """Only for people who are signed in."""

    status = 401
    text = N_("Please sign in first.")


class Conflict(Refusal):
    """Something changed meanwhile, or the state does not allow it."""

    status = 409
    text = N_("This has changed in the meantime. Look at the page again.")


class Invalid(Refusal):
    """What was sent cannot be used. `errors` says why for each field, as msgids; the key "" is about the whole."""

    status = 422
    text = N_("Something is missing or wrong. Look at the words in red.")

    def __init__(self, errors: Mapping[str, str] | None = None, text: str | None = None, **values: str | int) -> None:
        super().__init__(text, **values)
        self.errors: dict[str, str] = dict(errors or {})


class TooMany(Refusal):
    """Too many tries in too short a time; `seconds` until the next one."""

    status = 429
    text = N_("That was too often. Please wait a little and try again.")

    def __init__(self, seconds: int = 60, text: str | None = None) -> None:
        super().__init__(text)
        self.seconds = seconds


class Unavailable(Refusal):
    """A part that is needed does not answer."""

    status = 503
    text = N_("This does not work right now. Please try again in a few minutes.")
