"""People: residents and workers, the organisations they belong to, how they are reached, how they sign in, what they wish.

Words: a *person* is a resident or a worker; an *organisation* welcomes people and is responsible for them; an *address* is an e-mail address or
telephone number as typed and normalised; its *lookup* is its blind index, shared by a household; a *code* proves an address to one browser; a
*picture* (a pictogram) and a *PIN* of four pictures tell the people of one address apart; a *card* stands in for a telephone; *staff* are
people with a role, who are never residents in the same account; their *tenure* is their time here: invited, begun, left; a worker *acts for* a
resident, and both stand in the audit.

Invariants: the only place of a person is a neighbourhood; addresses are sealed and readable by the person, by the worker who manages them and
for ten minutes by who gave a reason; known and unknown addresses get the same answer; a code is used once, in one browser, with five tries;
roles, areas and blocks count from the next request; nobody sets their own; a block takes two workers and ends; a partnership takes both sides.

Announces what stands in `events.py`; who reacts to what stands in `worker.py`. Its crons forget old codes and sessions, and end pauses and blocks
that are over.
"""
