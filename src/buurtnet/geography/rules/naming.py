"""Which name of a place a reader sees."""

from buurtnet.geography.schemas import Names


def name_in(names: Names, language: str) -> str:
    """The name in the language, or all names as they stand on the street signs where the place has none in it."""
    if language in names:
        return names[language]
    return " · ".join(dict.fromkeys(names[language] for language in sorted(names)))
