"""`neurona`: parses arguments, runs a command, turns a failure into a sentence and a code."""

from __future__ import annotations

import sys
from typing import Any

import click

from neurona import __version__
from neurona.cli.group import COMMANDS, LazyGroup
from neurona.runs.failures import Code, Failure, as_failure
from neurona.spelling import spelled_by


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="neurona")
def cli() -> None:
    """Train neural networks on tables, and use them."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code (`runs.Code`)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    asked: dict[str, Any] = {}
    try:
        with spelled_by(_as_flag):
            result = cli.main(args=arguments, prog_name="neurona", standalone_mode=False, obj=asked)
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
        if asked.get("debug"):
            import traceback

            traceback.print_exc()
        else:
            hint = " (--debug shows where)" if failure.code is Code.INTERNAL else ""
            click.echo(f"error   {failure}{hint}", err=True)
        return failure.code
    return result if isinstance(result, int) else Code.OK


def _as_flag(name: str, value: Any) -> str | None:
    # all settings come with it, and most commands end without a sentence that names a flag
    from neurona.cli.flags import as_flag

    return as_flag(name, value)


__all__ = ["COMMANDS", "Code", "Failure", "cli", "main"]
