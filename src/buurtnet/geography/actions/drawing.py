"""Drawing places beforehand, so that a tile of the map that holds a thousand of them is quickly made."""

from pathlib import Path

from buurtnet.kit.db import Db

FORGET_DRAWINGS = "delete from drawn_place"
DRAWINGS = (Path(__file__).parents[1] / "sql" / "drawings.sql").read_text()
DRAW = f"""
insert into drawn_place (kind, zoom, area_id, since, until, code, town, name, name_fr, inhabited, shape, spot)
{DRAWINGS}
"""


async def draw_places(db: Db) -> None:
    """Draws all forms of all places anew for the zooms of the map at which a tile holds many; two seconds for three thousand neighbourhoods."""
    await db.execute(FORGET_DRAWINGS)
    await db.execute(DRAW)
