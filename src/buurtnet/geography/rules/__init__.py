"""The pure rules of geography: reading attributes, mending outlines, measuring nearness, choosing a name."""
