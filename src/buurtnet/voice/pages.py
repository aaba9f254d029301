"""What every page with a voice note needs: the microphone, and reading what was recorded."""

from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from buurtnet.kit.errors import Invalid
from buurtnet.voice.rules import NOTHING, TOO_LONG
from buurtnet.web.headers import HEADERS

MAY_RECORD = {"Permissions-Policy": HEADERS["permissions-policy"].replace("microphone=()", "microphone=(self)")}
"""The headers of the pages that record: on all others the microphone stays shut."""


async def read_sound(request: Request[Any, Any, Any]) -> bytes:
    """The file that came with the recorder's form, unread; Invalid where it is more than anybody may send."""
    try:
        sent = (await request.form()).get("voice")
    except HTTPException as error:
        raise Invalid({"voice": TOO_LONG if error.status_code == 413 else NOTHING}) from None
    return await sent.read() if isinstance(sent, UploadFile) else b""
