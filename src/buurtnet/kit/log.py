"""Structured logs: one JSON object a line, on standard error, with ids and never with what people wrote, their names or addresses."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger


def _leave_out_words(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """What failed and where stays; the words of the error go, because a database puts the refused row into them."""
    for failure in event.get("exception", ()):
        failure.pop("exc_value", None)
        failure.pop("exc_notes", None)
    return event


def set_up_logs(level: int = logging.INFO) -> None:
    """From now on this process logs JSON lines of the level and above; libraries are heard from warnings on."""
    named = (structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True))
    told = (
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
        _leave_out_words,
        structlog.processors.JSONRenderer(),
    )
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *named, *told],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    heard = logging.StreamHandler(sys.stderr)
    heard.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *named],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *told],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[heard])
