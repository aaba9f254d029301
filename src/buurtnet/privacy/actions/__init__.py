"""Forgetting people, and remembering by keyed hashes alone that they asked."""
