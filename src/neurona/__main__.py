"""`python -m neurona` is the command line."""

from neurona.cli.entry import run

if __name__ == "__main__":
    run()
