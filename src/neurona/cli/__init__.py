"""The command line: `neurona COMMAND`. A command's module imports nothing numerical until it runs."""
