"""Structured logs: one JSON object a line, on standard error, with ids and never with what people wrote, their names or addresses."""

import logging
import sys

import structlog


def set_up_logs(level: int = logging.INFO) -> None:
    """From now on this process logs JSON lines of the level and above."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, format='{"level": "%(levelname)s", "logger": "%(name)s", "event": "%(message)s"}', stream=sys.stderr
    )
