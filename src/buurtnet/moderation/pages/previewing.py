"""What somebody will read of a decision, in their language, before it is given."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response

from buurtnet.kit.clock import now
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import rules
from buurtnet.moderation.schemas import Said, Statement
from buurtnet.people.rules import own_name
from buurtnet.people.rules.service import SERVICE_REASONS
from buurtnet.web.forms import typed_form
from buurtnet.web.language import BY_CODE, DEFAULT
from buurtnet.web.shell import DeskSection, render
from buurtnet.web.templating import render_part


def imagine_statement(
    viewer: Viewer, kind: str, said: Said, *, right: Mapping[str, str] | None = None, language: str | None = None
) -> Statement:
    """The statement as it will be when the viewer decides so; `language` is that of the post."""
    return Statement(
        id=new_id(),
        object_kind=kind,
        object_id=new_id(),
        verdict=said.verdict,
        at=now(),
        reason=said.reason,
        right_labels=right,
        text=said.text,
        words=said.words,
        until=said.until,
        stays=said.stays,
        worker=viewer.name,
        post_language=language,
    )


async def preview_page(
    request: Request[Any, Any, Any],
    sections: Sequence[DeskSection],
    statement: Statement,
    *,
    name: str,
    language: str,
    action: str,
    again: str,
) -> Response[str]:
    """The page that shows the statement, with what was typed to be sent or changed."""
    typed = (await typed_form(request)).typed
    spoken = BY_CODE.get(language, DEFAULT)
    return render(
        request,
        "moderation/preview.html",
        desk=sections,
        shown=render_part(
            "moderation/statement.html", spoken.code, statement=statement, reasons=rules.REASONS, service_reasons=SERVICE_REASONS
        ),
        spoken=spoken,
        reads=own_name(language),
        own_words=bool(statement.text),
        name=name,
        action=action,
        again=again,
        fields=[(field, value) for field, values in typed.items() for value in values],
    )
