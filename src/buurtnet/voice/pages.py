"""What every page with a voice note needs: reading what was recorded, and answering with a sound."""

import re
from typing import Any

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from buurtnet.kit.errors import Invalid
from buurtnet.voice.rules import NOTHING, TOO_LONG
from buurtnet.voice.schemas import Note
from buurtnet.web.headers import HEADERS

MAY_RECORD = {"Permissions-Policy": HEADERS["permissions-policy"].replace("microphone=()", "microphone=(self)")}
"""The headers of the pages that record: on all others the microphone stays shut."""
RANGE = re.compile(r"bytes=(\d{0,9})-(\d{0,9})\Z")


async def read_sound(request: Request[Any, Any, Any]) -> bytes:
    """The file that came with the recorder's form, unread; Invalid where it is more than anybody may send."""
    try:
        sent = (await request.form()).get("voice")
    except HTTPException as error:
        raise Invalid({"voice": TOO_LONG if error.status_code == 413 else NOTHING}) from None
    return await sent.read() if isinstance(sent, UploadFile) else b""


def answer_sound(request: Request[Any, Any, Any], note: Note) -> Response[bytes]:
    """The sound, or the part of it that the player asks for; kept by nobody on the way, and named after nothing."""
    size, first, last = len(note.sound), 0, len(note.sound) - 1
    asked = RANGE.match(request.headers.get("range", ""))
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": 'inline; filename="voice.webm"', "Cache-Control": "no-store"}
    if asked is None or asked.groups() == ("", ""):
        return Response(note.sound, media_type="audio/webm", headers=headers)
    starts, ends = asked.groups()
    first = int(starts) if starts else max(size - int(ends), 0)
    last = min(int(ends), last) if starts and ends else last
    if first > last:
        return Response(b"", status_code=416, media_type="audio/webm", headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(note.sound[first : last + 1], status_code=206, media_type="audio/webm", headers=headers)
