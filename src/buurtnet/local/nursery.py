"""Imported last by the process that the parts are forked from, and nowhere else (`parts.IMPORTED`)."""

import atexit
import gc
import os

gc.freeze()
"""What is imported stays for good: the parts share its memory for longer when their collectors leave it alone."""
atexit.register(os._exit, 0)
"""It holds nothing that wants tidying, and nobody should have to wait for it to go."""
