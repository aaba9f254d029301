"""Why somebody is warned, why a worker looks first, why their service ends for a time: as the person reads it. Pure."""

from collections.abc import Mapping

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_

SERVICE_REASONS: Mapping[str, str] = {
    "rules": N_("You did something that our house rules do not allow."),
    "contact": N_("You wrote to somebody who did not want that."),
    "money": N_("You asked for money or for paid work."),
    "unkind": N_("Your words hurt somebody."),
    "absent": N_("You agreed on something and did not come."),
    "safety": N_("We want to keep everybody safe."),
    "other": N_("There is another reason. Your worker writes it here."),
}


def check_told(code: str | None, text: str | None) -> None:
    """Invalid without a reason from the list, or where the list does not say it and no words do."""
    if code not in SERVICE_REASONS:
        raise Invalid({"reason": N_("Choose a reason. The person reads it.")})
    if code == "other" and not (text or "").strip():
        raise Invalid({"text": N_("Write the reason. The person reads it.")})
