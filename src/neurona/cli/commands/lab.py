"""`neurona lab`: a training in the browser, to see and to steer."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from neurona.runs.failures import Code, Failure


@click.command("lab", short_help="Train in the browser: see it, steer it, learn from it.")
@click.argument("source", required=False)
@click.option("--target", multiple=True, metavar="COL", help="Column to predict; repeatable.")
@click.option("--ignore", multiple=True, metavar="COL", help="Column to leave out; repeatable.")
@click.option("--task", default="auto", metavar="TASK", help="auto, regression, classification.")
@click.option("--data", metavar="TABLE", help="With a model's file: the rows to go on with.")
@click.option("--lesson", metavar="ID", help="Open a lesson.")
@click.option("--lessons", metavar="DIR", help="A folder with lessons of your own.")
@click.option(
    "--port", default=0, metavar="N", type=click.IntRange(0, 65_535), help="A fixed port."
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@click.option("--host", metavar="H", help="Listen elsewhere than on this machine alone.")
@click.option("--allow-origin", multiple=True, metavar="O", help="With --host: who may come.")
@click.option("--replay", metavar="LOG", help="Begin with the edits that a log has.")
@click.option("--headless", is_flag=True, help="With --replay: do them, print the weights' hash.")
@click.option("--check", is_flag=True, help="Check the lessons instead: is each solvable?")
@click.option("--json", "as_json", is_flag=True, help="Print the address as JSON.")
def command(source: str | None, replay: str | None, headless: bool, **others: Any) -> int:
    """Open a training in the browser: see it, steer it, go back in it, learn from it.

    SOURCE is a table (as of `neurona train`), the name of a data set, the folder of a run, or a
    model's file: a run and a model go on from their weights. It may also be a link (#s=...) that
    was taken out of the Lab. Left out, it is two moons. Nothing leaves this machine, and no other
    page or machine can come in.
    """
    if headless:
        if replay is None:
            raise Failure("--headless needs --replay LOG.", Code.USAGE)
        return _headless(_log(replay), replay)
    if others["host"] and not others["allow_origin"]:
        raise Failure(
            f"--host {others['host']} needs --allow-origin http://NAME:PORT, the address that "
            "browsers will have; an SSH tunnel to this machine needs neither.",
            Code.USAGE,
        )
    plan = plan_of_source(
        source, others["target"], others["ignore"], others["task"], others["data"]
    )
    if others["lessons"] is not None and not Path(others["lessons"]).is_dir():
        raise Failure(f"--lessons: there is no folder {others['lessons']!r}.", Code.USAGE)
    if others["check"]:
        return _check(others["lessons"])
    plan |= {
        "lesson": others["lesson"] or plan.get("lesson"),
        "lessons": others["lessons"] and _absolute(others["lessons"]),
    }
    if replay is not None:
        plan |= {"state": _log(replay), "beside": str(Path(replay).absolute().parent)}
    return _serve(plan, others)


def plan_of_source(
    source: str | None, targets: tuple[str, ...] = (), ignored: tuple[str, ...] = (),
    task: str = "auto", rows: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return what an engine is told of a source; Failure if there is nothing of that name."""
    if source is None:
        return {}
    if "#" in source and (found := plan_of_link(source)):
        return found
    path = Path(source)
    if (path / "config.toml").is_file():
        return {"run": _absolute(source)}
    from neurona.runs.model import is_model

    if path.is_file() and is_model(source):
        if rows is not None:
            given = plan_of_source(rows, targets, ignored, task)
            return {**given, "model": _absolute(source)}
        if not (path.parent / "config.toml").is_file():
            raise Failure(
                f"The model {source!r} has no rows in it to go on with; name them: --data TABLE."
            )
        return {"model": _absolute(source)}
    if rows is not None:
        raise Failure("--data goes with a model's file; name the table alone.", Code.USAGE)
    from neurona.runs.training_table import names_data_set

    known = names_data_set(source)
    if not known and not path.is_file():
        raise Failure(f"There is no file {source!r}.")
    return {
        "source": source if known else _absolute(source),
        "file": not known,
        "targets": list(targets),
        "ignored": list(ignored),
        "task": task,
    }


def plan_of_link(link: str) -> dict[str, Any]:
    """Return what an engine is told of a link, "#s=..." or "#lesson=..." with or without the
    address before it; nothing if it is none. Its file may lie in this folder.
    """
    parts = link.rpartition("#")[2].split("&")
    known = dict(part.split("=", 1) for part in parts if "=" in part)
    known.pop("ticket", None)
    state, lesson = known.pop("s", None), known.pop("lesson", None)
    if state is None and lesson is None:
        return {}
    view = "".join(f"&{name}={value}" for name, value in known.items())
    plan: dict[str, Any] = {"view": view, "beside": _absolute(".")}
    return plan | ({"link": f"#s={state}"} if state is not None else {"lesson": lesson})


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _log(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"--replay: {path} cannot be read: {error}.") from None
    if not isinstance(found, dict) or not {"first", "edits"} <= set(found):
        raise Failure(f"--replay: {path} is not a log that the Lab wrote (Export, edits).")
    return found


def _headless(log: dict[str, Any], path: str) -> int:
    from neurona.laboratory.replay import replay_log

    click.echo(json.dumps(replay_log(log, Path(path).parent)))
    return Code.OK


def _check(folder: str | None) -> int:
    """Say of the lessons of a folder, else of all, whether each is solved by its solution."""
    from neurona.laboratory.fields import Refused
    from neurona.laboratory.lesson import read_lessons
    from neurona.laboratory.session.lessons import Teaching
    from neurona.laboratory.session.proof import faults

    try:
        teaching = Teaching(folder)
        names = list(read_lessons(folder, alone=True))
    except Refused as refused:
        raise Failure(str(refused)) from None
    wrong = 0
    for name in names:
        found = list(faults(teaching, name))
        wrong += bool(found)
        for line in found or ["open at first, and solved by its solution."]:
            click.echo(f"{name}: {line}")
    if wrong:
        raise Failure(f"{wrong} of {len(names)} lessons are not as they should be.")
    return Code.OK


def _serve(plan: dict[str, Any], how: dict[str, Any]) -> int:
    from neurona.laboratory.address import Tickets, bind
    from neurona.laboratory.doorstep import Doorstep

    try:
        place = bind(how["port"], how["host"], how["allow_origin"])
    except OSError as error:
        raise Failure(f"The Lab cannot listen on port {how['port']}: {error.strerror}.") from None
    if how["host"]:
        click.echo(
            f"Whoever can reach {how['host']} and sees the address can train on this machine, and "
            "nothing is encrypted.",
            err=True,
        )

    # who knows the address may end it in good order, before the server hears signals
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    tickets = Tickets()
    ticket = tickets.issue()
    address = place.address(ticket, plan.get("lesson"), plan.get("view") or "")
    doorstep = Doorstep(place)
    try:
        _tell(address, place.port, how)
        doorstep.wait()
        from neurona.laboratory.server import Lab, plan_of, run

        say = lambda said: click.echo(said, err=True)  # noqa: E731
        lab = Lab(place, plan_of(**plan), say, tickets=tickets, ticket=ticket, doorstep=doorstep)
        why = run(lab)
    except KeyboardInterrupt:
        why = "Interrupted."
    again = " ".join(["neurona lab", *sys.argv[2:]])
    click.echo(f"{why} The Lab has ended; {again!r} opens it again.", err=True)
    return Code.OK


def _tell(address: str, port: int, how: dict[str, Any]) -> None:
    """Say where it is, and open a browser unless that is not wanted."""
    if how["as_json"]:
        click.echo(json.dumps({"address": address, "port": port}))
        sys.stdout.flush()
    else:
        click.echo(f"The Lab: {address}\nCtrl-C ends it.", err=True)
    if not how["no_browser"]:
        _open(address)


def _open(address: str) -> None:
    """Open a browser, without waiting for it."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
