"""`python -m reports` is `camcensus`: for who starts it by the Python it is installed in."""

from __future__ import annotations

from reports.entry import main

main()
