"""`python -m corridor_opt` is the command line."""

from corridor_opt.cli import main

raise SystemExit(main())
