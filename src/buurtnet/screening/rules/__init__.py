"""The pure rules of screening: the pattern language, detectors of numbers and addresses, and how they are read over a text."""
