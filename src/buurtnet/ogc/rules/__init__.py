"""What may be asked, in which coordinates, and how it is described; no database, no clock."""
