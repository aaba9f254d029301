"""Home: the first page, for a visitor what this is, for a resident what waits and what is going on nearby. Reads across, owns nothing."""
