"""Making snapshots (`measuring`, which imports NumPy: half a second that a web process never needs), and deciding to publish (`publishing`)."""
