"""Reading: the arrays that are measured, the snapshots that are shown, the tiles of the map."""
