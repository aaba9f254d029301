import json

import structlog
from asyncpg import UniqueViolationError

from buurtnet.kit.log import set_up_logs


def test_a_failure_is_logged_with_its_place_and_never_with_what_people_wrote(capsys) -> None:
    before = structlog.get_config()
    set_up_logs()
    try:
        try:
            error = UniqueViolationError("duplicate key")
            error.detail = "Key (given_name)=(Amina) already exists."
            raise error
        except UniqueViolationError:
            structlog.get_logger("test").warning("reaction failed", exc_info=True)
    finally:
        structlog.configure(**before)
    line = capsys.readouterr().err.strip()
    assert "Amina" not in line and "duplicate" not in line
    (failure,) = json.loads(line)["exception"]
    assert failure["exc_type"] == "UniqueViolationError"
    assert failure["frames"][-1]["name"].startswith("test_a_failure")


def test_what_libraries_say_is_one_json_object_a_line(capsys) -> None:
    import logging

    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    before = structlog.get_config()
    set_up_logs()
    try:
        logging.getLogger("somewhere").error('it said "no"\nand went')
    finally:
        root.handlers = handlers
        structlog.configure(**before)
    said = json.loads(capsys.readouterr().err.strip())
    assert (said["event"], said["level"], said["logger"]) == ('it said "no"\nand went', "error", "somewhere")
