"""What is done with what was pasted: kept sealed, checked, dropped."""
