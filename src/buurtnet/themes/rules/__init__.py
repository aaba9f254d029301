"""The pure rules of themes: the words of a language, what a text suggests, the advice a theme carries."""
