"""Pure: what pasted bytes, lists and messages say, and what may leave the desk."""
