"""A network of whole numbers as C: what `Whole.run` computes, printed."""

from __future__ import annotations

from neurona.export.code.printer import number_text, wrapped
from neurona.export.code.whole import (
    FARTHEST,
    HALF,
    POWERS,
    SLOPE,
    START,
    TWO_LOG2_E,
    VALUE,
    Whole,
    WholeLayer,
)

TANH = """\
static int32_t {name}_whole_tanh(const int64_t s, const uint32_t shift)
{{
    static const uint32_t powers[{count}] {upper}_FLASH = {{
        {powers}
    }};
    const uint64_t size = (s < 0) ? (0U - (uint64_t)s) : (uint64_t)s;
    const uint64_t far = size >> shift;
    const uint32_t z = (far < {farthest}U) ? (uint32_t)far : {farthest}U;
    const uint64_t t = (uint64_t)z * {factor}U;
    const uint32_t f = (uint32_t)(t >> 26U);
    uint32_t e = {upper}_READ32(powers[0]);
    for (uint32_t k = 1U; k < {count}U; k++) {{
        const uint32_t less = (uint32_t)(((uint64_t)e * f) >> 32U);
        e = {upper}_READ32(powers[k]) - less;
    }}
    e = e >> (uint32_t)(t >> 58U);
    const uint32_t d = 2147483648U + e;
    uint32_t r = {start}U - (uint32_t)(((uint64_t)d * {slope}U) >> 32U);
    for (uint32_t k = 0U; k < 3U; k++) {{
        const uint32_t gap = 0U - (uint32_t)(((uint64_t)d * r) >> 32U);
        r = (uint32_t)(((uint64_t)gap * r) >> 31U);
    }}
    const uint32_t rest = 2147483648U - e;
    const uint32_t found = (uint32_t)(((uint64_t)rest * r) >> 34U);
    return (s < 0) ? -(int32_t)found : (int32_t)found;
}}
"""


def helper(name: str) -> list[str]:
    """Return the function that the layers use."""
    powers = ", ".join(f"{one}U" for one in reversed(POWERS))
    text = TANH.format(
        name=name, upper=name.upper(), count=len(POWERS), powers=powers, farthest=FARTHEST,
        factor=TWO_LOG2_E, start=START, slope=SLOPE,
    )  # fmt: skip
    return [*text.splitlines(), ""]


def macros(name: str) -> tuple[list[str], list[str]]:
    """Return what reads whole numbers from an AVR's flash, and from a plain table."""
    read = f"#define {name.upper()}_READ"
    return (
        [
            f"{read}8(element) ((uint32_t)pgm_read_byte(&(element)))",
            f"{read}32(element) pgm_read_dword(&(element))",
        ],
        [f"{read}8(element) ((uint32_t)(element))", f"{read}32(element) (element)"],
    )


def lines(name: str, found: Whole, space: str) -> list[str]:
    """Return the statement's lines."""
    upper, first, last = name.upper(), found.layers[0], found.layers[-1]
    inside = f"{space}    "
    tables: list[str] = []
    for k, layer in enumerate(found.layers, 1):
        tables += _table(upper, "int32_t", f"weights_{found.tag}{k}", layer.weights.ravel(), inside)
        if layer is not last:
            tables += _table(upper, "uint8_t", f"shifts_{found.tag}{k}", layer.shifts, inside)
    units = [f"{number_text(one, True)}F" for one in last.units.tolist()]
    count = len(units)
    head = f"{inside}static const float units_{found.tag}[{count}] {upper}_FLASH = {{"
    tables += [head, *wrapped(units, f"{inside}    "), f"{inside}}};"]
    inputs = first.weights.shape[1] - 1
    body = [
        *(f"int32_t {array}[{size}];" for array, size in found.arrays().items()),
        f"for (uint32_t i = 0U; i < {inputs}U; i++) {{",
        f"    const float v = {found.source}[i] * {number_text(2.0**first.digits, True)}F;",
        "    p[i] = (int32_t)v;",
        "}",
        f"p[{inputs}] = {1 << first.digits};",
    ]
    source = "p"
    for k, layer in enumerate(found.layers[:-1], 1):
        target = "q" if source == "p" else "p"
        body += _hidden(name, layer, f"{found.tag}{k}", source, target)
        source = target
    body += [
        *_sums(upper, last, f"{found.tag}{len(found.layers)}", source),
        f"    const int64_t high = s / {1 << HALF};",
        f"    const int64_t low = s - (high * {1 << HALF});",
        "    const int32_t first = (int32_t)high;",
        "    const int32_t second = (int32_t)low;",
        f"    const float sum = (float)first + ((float)second * {number_text(2.0**-HALF, True)}F);",
        f"    {found.target}[i] = sum * {upper}_READ(units_{found.tag}[i]);",
        "}",
    ]
    return [f"{space}{{", *tables, *(f"{inside}{line}" for line in body), f"{space}}}"]


def _sums(upper: str, layer: WholeLayer, tag: str, source: str) -> list[str]:
    units, inputs = layer.weights.shape
    return [
        f"for (uint32_t i = 0U; i < {units}U; i++) {{",
        "    int64_t s = 0;",
        f"    for (uint32_t j = 0U; j < {inputs}U; j++) {{",
        f"        const int32_t w = (int32_t){upper}_READ32(weights_{tag}[(i * {inputs}U) + j]);",
        f"        s += (int64_t)w * (int64_t){source}[j];",
        "    }",
    ]


def _hidden(name: str, layer: WholeLayer, tag: str, source: str, target: str) -> list[str]:
    upper, value = name.upper(), "found"
    if layer.activation == "logistic":
        value = f"({1 << VALUE} + found) / 2"
    return [
        *_sums(upper, layer, tag, source),
        f"    const uint32_t shift = {upper}_READ8(shifts_{tag}[i]);",
        f"    const int32_t found = {name}_whole_tanh(s, shift);",
        f"    {target}[i] = {value};",
        "}",
        f"{target}[{len(layer.weights)}] = {1 << VALUE};",
    ]


def _table(upper: str, kind: str, name: str, values: object, space: str) -> list[str]:
    texts = [str(int(one)) for one in values]  # type: ignore[attr-defined]
    head = f"{space}static const {kind} {name}[{len(texts)}] {upper}_FLASH = {{"
    return [head, *wrapped(texts, f"{space}    "), f"{space}}};"]
