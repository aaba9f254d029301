"""`./buurtnet run --once`: the main job once against a throw-away home."""

import asyncio
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from buurtnet.local.parts import prepare_parts
from buurtnet.local.ports import hold_port
from buurtnet.local.serve import embedded, reached_at
from buurtnet.local.supervise import ending_on_signals, serving
from buurtnet.settings import Settings, read_settings


def run_once(home: Path | None, geography: Path | None) -> None:
    """Does the main job once in a throw-away home and prints each step; refuses where any step does not happen."""
    began = time.monotonic()
    prepare_parts()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.2f} s  {text}", flush=True)

    with tempfile.TemporaryDirectory(prefix="buurtnet-once-", dir=home) as folder, ending_on_signals():
        Path(folder).chmod(0o755)
        held = hold_port(None)
        port = held.getsockname()[1]
        given = reached_at(port, read_settings())
        with (
            embedded(Path(folder) / "home", given, durable=False, sample_map=geography is None) as here,
            ThreadPoolExecutor(1) as aside,
        ):
            say("started PostgreSQL with PostGIS and Valkey, migrated")
            laid = aside.submit(_lay_ground, here.settings, geography)  # While the processes start.
            with serving(here.settings, held):
                say(f"web server and worker answer on {here.settings.url}")
                journey, ground = laid.result()
                say(f"neighbourhoods: {ground.names[0]} and {ground.names[1]}; an organisation, its area and a facilitator")
                asyncio.run(journey.do_main_job(here.settings, ground, say))
    say("done: the help is completed, the tie stands, the facilitator's draft has changed")


def _lay_ground(settings: Settings, geography: Path | None):
    from buurtnet.local import journey  # It takes a second to import, in which the processes start.

    return journey, asyncio.run(journey.lay_ground(settings, geography))
