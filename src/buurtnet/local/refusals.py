"""Why the embedded default does not start."""


class Refused(Exception):
    """Something on this machine stands in the way; the message says in one line what, and what to do."""
