"""`python -m neurona` is the command line."""

import sys

from neurona.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
