"""Words for the forms of the desk."""

from collections.abc import Mapping

from buurtnet.web.language import _


def choices(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes and their words in the language of the page, for a list to choose from."""
    return [(code, _(text)) for code, text in names.items()]
