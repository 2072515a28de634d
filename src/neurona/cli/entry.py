"""Where `neurona` begins: signals are heard before anything else is imported."""

import os
import signal
import sys

SAID = b"interrupted: no file is half written\n"


def _leave(number: int, frame: object) -> None:
    atomic = sys.modules.get("neurona.files.atomic")
    if atomic is not None:
        atomic.remove_unfinished()
    os.write(2, SAID)
    os._exit(130)


def run() -> None:
    """Run the command line in a process of its own, and end it.

    A signal ends it at once, with code 130, unless a command hears of it and knows better; one that
    is ignored, as by nohup, stays ignored.
    """
    heard = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]
    for number in heard:
        signal.signal(number, _leave)

    from neurona.runs.interrupts import Interrupts

    Interrupts.in_own_process = True
    from neurona.cli.main import main

    code = main()
    for number in heard:
        # all is done: what comes now changes nothing
        signal.signal(number, lambda *_: os._exit(code))
    sys.exit(code)
