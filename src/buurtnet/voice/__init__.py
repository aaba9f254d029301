"""Voice notes: what somebody says instead of typing it.

Words: a *note* is at most thirty seconds of speech in Opus, in one plain WebM that this slice wrote itself: of the file that came in, packets
of sound survive and nothing else. A *draft* is a note of somebody who still has to join or to place their post: sealed, for an hour.
Invariants: nothing is stored that was not read from beginning to end; nobody writes down what is said but a person.
Knows no posts and no messages: those keep their notes beside themselves, under row-level security of their own.
"""
