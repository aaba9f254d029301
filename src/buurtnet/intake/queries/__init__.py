"""What the pages of intake, paper and figures read, one noun a file."""
