"""Plausible residents, posts and helps for a neighbourhood, seeded: small through the actions, as people would do it; large through COPY."""
