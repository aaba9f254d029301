"""A facilitator's start page: what waits, and the way to it. Reads across, owns nothing."""
