"""What a sample stands on."""


class CannotPlant(Exception):
    """There is something in the database or the settings that a sample must not be put beside, or something missing; said in one line."""
