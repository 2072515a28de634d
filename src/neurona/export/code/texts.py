"""What a person reads at the head of every file: inputs and answers in order, with their ranges."""

from __future__ import annotations

from neurona.export.code.form import Input, Output, Program
from neurona.export.code.printer import plain


def version() -> str:
    """Return our version."""
    import neurona

    return neurona.__version__


def input_line(one: Input) -> str:
    """Return what a column of a row is."""
    name = f"{plain(one.name)}{unit_text(one.unit)}"
    gap = " (not-a-number: missing)" if one.missing else ""
    if one.words:
        codes = ", ".join(
            f"{code} = {plain(word, 30)}"
            for code, word in enumerate(one.words[:20])
            if word is not None
        )
        more = ", ..." if len(one.words) > 20 else ""
        return f"{name}: code of a word, {codes}{more}; any other number: another word{gap}"
    if one.kind == "number":
        return f"{name}: number"
    unit = {"date": ", days since 1970-01-01", "time": ", parts of a day"}.get(one.kind, "")
    if one.limit is None:
        return f"{name}: 0 or 1{gap}"
    seen = "" if one.seen is None else f", {one.seen[0]:.6g} to {one.seen[1]:.6g} in training"
    low, high = one.usual - one.limit * one.spread, one.usual + one.limit * one.spread
    return f"{name}: number{unit}{seen}, cut off at {low:.6g} and {high:.6g}{gap}"


def output_line(one: Output) -> str:
    """Return what a number of the answer is."""
    codes = ", ".join(f"{code} = {plain(word, 30)}" for code, word in enumerate(one.words[:20]))
    more = ", ..." if len(one.words) > 20 else ""
    said = {
        "probability": "probability",
        "class": "code of the class",
        "label": "1 if it is on, else 0",
        "column": "the column given back",
        "score": "above 1 the row is unusual",
        "deviation": "standard deviation of a new observation",
    }.get(one.kind, one.said)
    parts = [part for part in (said, f"{codes}{more}" if one.words else "") if part]
    name = f"{plain(one.name)}{unit_text(one.unit)}"
    return f"{name}: {'; '.join(parts)}" if parts else name


def unit_text(unit: str) -> str:
    """Return a unit in brackets, nothing if there is none."""
    return f" [{plain(unit, 20)}]" if unit else ""


def head_lines(program: Program, first: int = 0) -> list[str]:
    """Return the lines of the head; arrays start at `first`."""
    bits = "float32" if program.single else "float64"
    lines = [
        f"{program.name}: a {program.title}, {bits}, written by neurona {version()}.",
        f"Checksum of the model: {program.checksum}",
        "",
    ]
    lines += [f"x[{k}]  {input_line(one)}" for k, one in enumerate(program.inputs, first)]
    lines += [f"y[{k}]  {output_line(one)}" for k, one in enumerate(program.outputs, first)]
    return lines


def info(program: Program) -> str:
    """Return the model's description as one text of lines."""
    return "\n".join(line for line in head_lines(program) if line)
