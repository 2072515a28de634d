"""Importing a network of another tool as a model file, without a command line."""

from __future__ import annotations

from pathlib import Path

from neurona.runs.failures import Failure


def import_model(given: str, out: str = "") -> str:
    """Read a function that MATLAB's genFunction wrote, and save it; returns one line to say.

    Parameters
    ----------
    given : str
        The .m file.
    out : str, default=""
        The model file; otherwise one of the same name, ending in .neurona.

    Raises
    ------
    Failure
        There is no such file.
    FormatError
        It is not of that layout.
    """
    path = Path(given)
    if not path.is_file():
        raise Failure(f"There is no file {given!r}; name a function that genFunction wrote.")
    from neurona.files import save
    from neurona.files.foreign.matlab import from_matlab

    model = from_matlab(path)
    target = Path(out) if out else path.with_suffix(".neurona")
    if target.exists() and not out:
        raise Failure(f"{str(target)!r} is there already; say another one with --out.")
    save(model, target)
    sizes = "-".join(map(str, model.learned().network.sizes))
    return f"{target}: {type(model).__name__} {sizes}; next: neurona predict {target} TABLE"
