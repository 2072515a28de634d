"""The group of commands: ours, imported when they are asked for, and those of other packages."""

from __future__ import annotations

import importlib

import click

from neurona.cli import outside
from neurona.nearest import nearest
from neurona.runs.failures import Failure

COMMANDS = (
    *("train", "predict", "evaluate", "inspect", "diagnose", "plot", "report"),
    *("lab", "compare", "search", "export", "import", "datasets", "warm"),
)
COMMANDS_ELSEWHERE = {
    **dict.fromkeys(("fit", "learn", "run"), "train"),
    **dict.fromkeys(("apply", "infer", "use"), "predict"),
    **dict.fromkeys(("score", "test", "validate", "eval"), "evaluate"),
    **dict.fromkeys(("show", "info", "describe", "summary", "look"), "inspect"),
    **dict.fromkeys(("check", "doctor", "why", "debug", "lint"), "diagnose"),
    **dict.fromkeys(("draw", "chart", "charts", "picture", "graph", "visualize"), "plot"),
    **dict.fromkeys(("html", "document", "export-report"), "report"),
    **dict.fromkeys(("deploy", "convert", "codegen", "generate"), "export"),
    **dict.fromkeys(("playground", "gui", "ui", "serve", "browser", "demo"), "lab"),
    **dict.fromkeys(("diff", "versus"), "compare"),
    **dict.fromkeys(("tune", "optimize", "sweep", "hpo"), "search"),
    **dict.fromkeys(("data", "examples"), "datasets"),
    **dict.fromkeys(("compile",), "warm"),
}
"""What other tools call them."""


def _debug(context: click.Context, _: click.Parameter, given: bool) -> None:
    if given:
        context.find_root().ensure_object(dict)["debug"] = True


def _with_debug(command: click.Command) -> click.Command:
    """Add the flag that all commands have, once."""
    if not any("--debug" in one.opts for one in command.params):
        command.params.append(
            click.Option(
                ["--debug"],
                is_flag=True,
                expose_value=False,
                callback=_debug,
                is_eager=True,
                help="Show a traceback if something fails.",
            )
        )
    return command


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own, imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order in which a person meets them."""
        return [*COMMANDS, *(name for name in outside.names() if name not in COMMANDS)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name in COMMANDS:
            command: click.Command = importlib.import_module(f"neurona.cli.commands.{name}").command
            return _with_debug(command)
        found = outside.command(name)
        return None if found is None else _with_debug(found)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands; one that cannot be loaded is listed with the reason."""
        commands = []
        for name in self.list_commands(context):
            try:
                command = self.get_command(context, name)
            except Failure as failure:
                command = click.Command(name, short_help=str(failure))
            if command is not None and not command.hidden:
                commands.append((name, command))
        room = formatter.width - 6 - max(len(name) for name, _ in commands)
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(room)) for name, one in commands])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Add the nearest name to the error of an unknown command."""
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            near = nearest(args[0], self.list_commands(context), COMMANDS_ELSEWHERE)
            if near is None:
                raise
            said = f"{error.message} Did you mean {near!r}?"
            raise click.UsageError(said, context) from None
