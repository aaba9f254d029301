"""The process that the parts are forked from: it imports the program, once and for all of them. Imported by that process, and nowhere else (`parts`)."""

import atexit
import gc
import importlib
import os

PROGRAM = ("buurtnet.app", "buurtnet.worker", "buurtnet.local.web")

gc.disable()  # What is imported stays for good: to look through it for what could go takes a tenth of the time.
try:
    for name in PROGRAM:
        importlib.import_module(name)
finally:
    gc.freeze()  # The parts share this memory for longer when their collectors leave it alone.
    gc.enable()
atexit.register(os._exit, 0)
"""It holds nothing that wants tidying, and nobody should have to wait for it to go."""
