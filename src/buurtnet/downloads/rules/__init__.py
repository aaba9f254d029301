"""What stands in the files, and how: columns, styles, texts."""
