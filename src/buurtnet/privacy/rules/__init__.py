"""What the tags of the tables mean, and the words for what they hold."""
