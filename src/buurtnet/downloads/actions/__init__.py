"""Making the files of a month and keeping them."""
