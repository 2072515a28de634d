"""The command line. A command's module imports nothing numerical until it runs."""
