"""Reading the contact points and the organisations that can be called."""

from functools import cache
from pathlib import Path

import msgspec

from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.reading.schemas import Contact, Organisation
from buurtnet.settings import SettingUnusable

SAMPLE = Path(__file__).parent / "contact.toml"

ORGANISATIONS = """
select o.names as name, o.phone, array(select a.names from area a where a.organisation_id = o.id order by a.id) as areas
  from organisation o
 where case when $1::uuid is null then exists (select from area a where a.organisation_id = o.id) else o.id = $1::uuid end
 order by o.id limit 50
"""


@cache
def read_contact(path: str) -> Contact:
    """The contact points of the file, the sample ones where no file is set; SettingUnusable where the file cannot be read."""
    file = Path(path) if path else SAMPLE
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Contact)
    except OSError as error:
        raise SettingUnusable(f"BUURTNET_CONTACT names {path}, which cannot be read ({error.strerror}).") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingUnusable(f"BUURTNET_CONTACT names {path}, which is not right: {error}.") from error


async def list_organisations(db: Db, viewer: Viewer) -> list[Organisation]:
    """The organisation of who is signed in; for visitors all that welcome people somewhere."""
    return await fetch(db, Organisation, ORGANISATIONS, viewer.organisation_id)
