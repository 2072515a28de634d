"""`neurona`: parses arguments, runs a command, turns a failure into a sentence and a code."""

from __future__ import annotations

import difflib
import importlib
import sys
import traceback

import click

from neurona import __version__
from neurona.cli.failures import Code, Failure, as_failure
from neurona.cli.flags import as_flag
from neurona.spelling import spelled_by

COMMANDS = ("train", "predict", "evaluate", "inspect", "datasets", "warm")


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own, imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order in which a person meets them."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"neurona.cli.{name}").command
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Add the nearest name to the error of an unknown command."""
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            if not near:
                raise
            said = f"{error.message} Did you mean {near[0]!r}?"
            raise click.UsageError(said, context) from None


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="neurona")
def cli() -> None:
    """Train neural networks on tables, and use them."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code (`failures.Code`)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        with spelled_by(as_flag):
            result = cli.main(args=arguments, prog_name="neurona", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return Code.USAGE
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("interrupted", err=True)
        return Code.INTERRUPTED
    except BrokenPipeError:
        # the reader of our output has gone: nothing more to say, and nothing to flush at exit
        sys.stdout = None  # type: ignore[assignment]
        return Code.OK
    except Exception as error:
        failure = as_failure(error)
        if "--debug" in arguments:
            traceback.print_exc()
        click.echo(f"error   {failure}", err=True)
        return failure.code
    return result if isinstance(result, int) else Code.OK


__all__ = ["Code", "Failure", "cli", "main"]
