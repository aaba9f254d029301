"""The program's commands: each reads its options, calls the part that does the work, and turns a refusal into one line.

One module for each noun; `reaching` holds what they share. What a command needs is imported when it runs, so that help and a warm start stay quick.
"""

import sys

import click

from buurtnet.cli import bench, geography, matching, network, notices, operating, people, running, sample, themes
from buurtnet.kit.errors import Invalid, Refusal
from buurtnet.kit.vault import KeysUnusable
from buurtnet.local.refusals import Refused
from buurtnet.settings import SettingUnusable


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def commands() -> None:
    """Buurtnet: neighbours who help each other, with a social worker at the centre."""


for module in (running, geography, themes, people, matching, network, notices, operating, sample, bench):
    for command in module.COMMANDS:
        commands.add_command(command)


def tell_refusal(refusal: Refusal) -> str:
    """The refusal in one line, with what is wrong with each field."""
    text = refusal.text % refusal.values if refusal.values else refusal.text
    details = [f"{field}: {why}" if field else why for field, why in refusal.errors.items()] if isinstance(refusal, Invalid) else []
    return "; ".join(details) or text


def main() -> None:
    """Runs the command; a refusal is one line and exit 1."""
    try:
        commands(prog_name="./buurtnet")
    except (Refused, KeysUnusable, SettingUnusable) as refusal:
        click.echo(f"buurtnet: {refusal}", err=True)
        sys.exit(1)
    except Refusal as refusal:
        click.echo(f"buurtnet: {tell_refusal(refusal)}", err=True)
        sys.exit(1)
