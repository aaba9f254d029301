"""The embedded default: a private PostgreSQL cluster, Valkey, web server and worker, kept together under one parent.

Words: a *home* is the folder that holds everything of one installation (database, queue, keys, local inbox). A *child* is a process that this one
started and that must not survive it.
Invariants: no port but the web port is opened; one parent per home; whatever way the parent ends, the children end with it; what `BUURTNET_…` names
from outside replaces the embedded part of the same name.
"""
