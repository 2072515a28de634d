"""Words in C: a function that makes a row's number of a text, and texts that may be long."""

from __future__ import annotations

from neurona.export.code.form import Input
from neurona.export.code.printer import wrapped

LONGEST = 4_000
"""C99 promises string literals of 4,095 characters."""
CELL = """\
{real} {name}_cell(const uint32_t column, const char text[])
{{
    /* the words of all columns, each with a 0 behind it */
{tables}
    uint32_t at = 0U;
    int32_t found = -1;
    for (uint32_t w = 0U; w < {count}U; w++) {{
        const uint32_t any_case = {upper}_READ_BYTE(any_case_of[w]);
        uint32_t i = 0U;
        uint32_t differs = 0U;
        uint32_t letter = {upper}_READ_BYTE(words[at]);
        while (letter != 0U) {{
            const uint8_t plain = (uint8_t)text[i];
            uint32_t given = plain;
            if ((any_case != 0U) && (given >= 65U) && (given <= 90U)) {{
                given += 32U;
            }}
            if ((differs == 0U) && (given == letter)) {{
                i++;
            }} else {{
                differs = 1U;
            }}
            at++;
            letter = {upper}_READ_BYTE(words[at]);
        }}
        at++;
        const uint32_t own = {upper}_READ_WORD(column_of[w]);
        const uint32_t code = {upper}_READ_WORD(code_of[w]);
        if ((differs == 0U) && ((uint8_t)text[i] == 0U) && (own == column)) {{
            found = (int32_t)code;
        }}
    }}
    return ((uint8_t)text[0] == 0U) ? {missing} : ({real})found;
}}
"""
READ = """\
#if defined(__AVR__)
#define {upper}_READ_BYTE(element) pgm_read_byte(&(element))
#define {upper}_READ_WORD(element) pgm_read_word(&(element))
#else
#define {upper}_READ_BYTE(element) (element)
#define {upper}_READ_WORD(element) (element)
#endif
"""


def has_words(inputs: tuple[Input, ...]) -> bool:
    """Whether a column of a row has words."""
    return any(one.words for one in inputs)


def prototype(name: str, real: str) -> str:
    """Return the declaration of the function that makes a number of a text."""
    return f"{real} {name}_cell(const uint32_t column, const char text[]);"


def macros(name: str) -> str:
    """Return what reads words from flash."""
    return READ.format(upper=name.upper())


def cell_lines(name: str, real: str, missing: str, inputs: tuple[Input, ...]) -> list[str]:
    """Return the function that makes a number of a text: a word's code, -1 for a word that there is
    not, and a missing cell for an empty text.
    """
    known = [
        (column, code, word, one.kind == "boolean")
        for column, one in enumerate(inputs)
        for code, word in enumerate(one.words)
        if word
    ]
    if not known:
        return []
    upper = name.upper()
    letters = [str(byte) for *_, word, _ in known for byte in (*word.encode(), 0)]
    tables = [
        *_table("uint8_t", "words", letters, upper),
        *_table("uint16_t", "column_of", [str(column) for column, *_ in known], upper),
        *_table("uint16_t", "code_of", [str(code) for _, code, *_ in known], upper),
        *_table("uint8_t", "any_case_of", [str(int(folds)) for *_, folds in known], upper),
    ]
    return [CELL.format(
        real=real, name=name, upper=upper, tables="\n".join(tables), count=len(known),
        missing=missing,
    )]  # fmt: skip


def _table(kind: str, name: str, texts: list[str], upper: str) -> list[str]:
    head = f"    static const {kind} {name}[{len(texts)}] {upper}_FLASH = {{"
    return [head, *wrapped(texts, "        "), "    };"]


def info_lines(name: str, text: str) -> list[str]:
    """Return the function that returns a text."""
    return [f"const char *{name}_info(void)", "{", *_text(text), "    return text;", "}"]


def _text(text: str) -> list[str]:
    if len(text) > LONGEST:
        letters = [str(byte) for byte in (*text.encode("ascii", "replace"), 0)]
        return ["    static const char text[] = {", *wrapped(letters, "        "), "    };"]
    pieces = [f'"{line}\\n"' for line in text.replace("??", "? ?").split("\n")]
    return [
        "    static const char text[] =",
        *(f"        {piece}" for piece in pieces[:-1]),
        f"        {pieces[-1]};",
    ]
