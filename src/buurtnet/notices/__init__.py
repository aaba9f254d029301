"""What a person is told, by which channel and when.

A notice says that something waits, never what: no names, no words of a post, nothing for a lock screen. It is planned by a reaction to what
happened, in the transaction of that reaction, and sent by the worker outside the person's quiet hours (21 to 8 unless they say otherwise).
Whoever shares their phone gets none.

Words: the *pace* is how often somebody wants to be written to. A *topic* is what they can choose to be told about, and by which *channels*:
the first that works is used. Everything that waits for one person goes in one *message*; a worker *claims* the messages of some people, sends
them one by one, and loses the claim after some minutes. A *device* shows notices by web push, as long as the session lasts in which it was named.
A *mark* is the signed end of a link that works without signing in.

Invariants: no person gets more messages than their pace allows, whatever the kinds, channels and workers; sign-in codes, agreements and
safety do not wait for it and do not count; a job that is cut off doubles at most the one message it was sending. An address at which nobody
is any more is not written to again until its owner says so.
Announces AddressFailed; reacts to people's CodeAsked, StaffInvited and PersonChanged. Other slices plan notices from their own reactions.
"""
