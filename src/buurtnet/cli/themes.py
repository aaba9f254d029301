"""Themes: what a text is taken for."""

import click


@click.group()
def themes() -> None:
    """Themes: what posts are about."""


@themes.command()
@click.argument("text")
@click.option("--language", default="nl", show_default=True, help="Language the writer's pages are in; the text may be in another one.")
def suggest(text: str, language: str) -> None:
    """Say which themes a TEXT suggests: at most three, best first; nothing where it is not clear."""
    from buurtnet.themes.rules.suggestions import suggest_themes

    for slug in suggest_themes(text, language):
        click.echo(slug)


COMMANDS = (themes,)
