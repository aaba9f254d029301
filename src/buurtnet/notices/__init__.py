"""What a person is told, by which channel and when.

A notice says that something waits, never what: no names, no words of a post, nothing for a lock screen. It is planned by a reaction to what
happened, in the transaction of that reaction, and sent by the worker outside quiet hours (21 to 8). Whoever shares their phone gets none.

Words: the *pace* is how often somebody wants to be written to. Everything that waits for one person goes in one *message*; a worker *claims*
the messages of some people, sends them one by one, and loses the claim after some minutes.

Invariants: no person gets more messages than their pace allows, whatever the kinds, channels and workers; sign-in codes, agreements and
safety do not wait for it and do not count; a job that is cut off doubles at most the one message it was sending.
Reacts to: people.CodeAsked; other slices plan notices from their own reactions.
"""
