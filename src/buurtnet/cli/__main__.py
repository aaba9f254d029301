"""`python -m buurtnet.cli`."""

from buurtnet.cli import main

main()
