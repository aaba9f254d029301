"""What is kept of a person: shown to them, handed over, forgotten.

Words: *my data* is everything that stands about somebody, in plain words or as a file; *erasure* removes it from every table, Valkey and files; the
*ledger* says by keyed hashes who asked to be forgotten, in a table and in a file outside the backups, so that a restored backup forgets them again.
Invariants: both are generated from what the tables say about themselves (`kit/sql.py`), never from a list; this is the one slice that removes rows of
others, in one transaction, in the worker, or moves them where two accounts of one person become one; nothing about anybody else is ever shown or
handed over.
Announces MergeAsked and reacts to it and to ErasureAsked of people. What slices forget by themselves, because its time is over, stands in their
own jobs (docs/keeping.md).
"""
