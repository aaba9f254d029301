"""What a person is told, by which channel and when.

A notice says that something waits, never what: no names, no words of a post, nothing for a lock screen. It is planned by a reaction to what
happened, in the transaction of that reaction, and sent by the worker outside quiet hours (21 to 8). Whoever shares their phone gets none.
Reacts to: people.CodeAsked; other slices plan notices from their own reactions.
"""
