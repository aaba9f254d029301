"""Answering with a sound."""

import re
from typing import Any

from litestar import Request, Response

RANGE = re.compile(r"bytes=(\d{0,9})-(\d{0,9})\Z")


def answer_sound(request: Request[Any, Any, Any], sound: bytes) -> Response[bytes]:
    """The WebM sound, or the part of it that the player asks for; kept by nobody on the way, and named after nothing."""
    size, first, last = len(sound), 0, len(sound) - 1
    asked = RANGE.match(request.headers.get("range", ""))
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": 'inline; filename="voice.webm"', "Cache-Control": "no-store"}
    if asked is None or asked.groups() == ("", ""):
        return Response(sound, media_type="audio/webm", headers=headers)
    starts, ends = asked.groups()
    first = int(starts) if starts else max(size - int(ends), 0)
    last = min(int(ends), last) if starts and ends else last
    if first > last:
        return Response(b"", status_code=416, media_type="audio/webm", headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(sound[first : last + 1], status_code=206, media_type="audio/webm", headers=headers)
