"""Code for processors that are not here: optimised and assembled for them, and read."""

from __future__ import annotations

import re
from typing import NamedTuple

from llvmlite import binding, ir

from neurona.compiled.level import Level, level_of
from neurona.compiled.simd import Factors, emit_product

binding.initialize_all_targets()
binding.initialize_all_asmprinters()


class Target(NamedTuple):
    """A processor, as LLVM names it."""

    triple: str
    processor: str

    @property
    def level(self) -> Level:
        return level_of(self.triple, self.processor, "")

    def machine(self):
        return binding.Target.from_triple(self.triple).create_target_machine(
            cpu=self.processor, opt=3
        )


X86 = "x86_64-unknown-linux-gnu"
TARGETS = {
    "x86-64-v2": Target(X86, "x86-64-v2"),
    "x86-64-v3": Target(X86, "x86-64-v3"),
    "x86-64-v4": Target(X86, "x86-64-v4"),
    "haswell": Target(X86, "haswell"),
    "znver3": Target(X86, "znver3"),
    "apple-m1": Target("arm64-apple-macosx", "apple-m1"),
    "neoverse-n1": Target("aarch64-unknown-linux-gnu", "neoverse-n1"),
    "neoverse-v1": Target("aarch64-unknown-linux-gnu", "neoverse-v1"),
}


def assembled(target, *texts):
    """The assembly of LLVM modules together, optimised as Numba does."""
    machine = target.machine()
    module = None
    for text in texts:
        text = re.sub(r'target triple = ".*"', f'target triple = "{target.triple}"', text)
        text = re.sub(r'target datalayout = ".*"\n', "", text)
        parsed = binding.parse_assembly(text)
        parsed.data_layout = str(machine.target_data)
        if module is None:
            module = parsed
        else:
            module.link_in(parsed)
    options = binding.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization, options.slp_vectorization = True, False
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return machine.emit_assembly(module)


def product_text(real, tile, transposed):
    """A module of one product, as LLVM text."""
    module = ir.Module()
    module.triple = X86
    index, pointer, flag = ir.IntType(64), real.as_pointer(), ir.IntType(1)
    kind = ir.FunctionType(
        ir.VoidType(),
        [pointer, index, pointer, index, pointer, index, pointer, index, index, flag, index, index],
    )
    function = ir.Function(module, kind, "product")
    builder = ir.IRBuilder(function.append_basic_block())
    *factors, rows, columns = function.args
    heights = tile.heights(2 if transposed else 1)
    emit_product(
        builder, Factors(*factors), rows, columns, real, heights, tile.widths(), transposed
    )
    builder.ret_void()
    return str(module)


LABEL = re.compile(r"^(\.?L\w+):")
JUMP = re.compile(r"^(?:j\w+|b|b\.\w+|cbn?z|tbn?z)\s+(?:.*,\s*)?(\.?L\w+)$")


def loops(assembly):
    """The innermost loops, each a list of instructions."""
    lines = [line.split("#")[0].split("//")[0].strip() for line in assembly.splitlines()]
    places, found = {}, []
    for number, line in enumerate(lines):
        if label := LABEL.match(line):
            places[label[1]] = number
        jump = JUMP.match(line)
        if jump and jump[1] in places:
            found.append((places[jump[1]], number + 1))
    inner = [
        (first, last)
        for first, last in found
        if not any(first <= a and b <= last and (a, b) != (first, last) for a, b in found)
    ]
    return [[line for line in lines[a:b] if line and line[0] != "."] for a, b in inner]


ADDRESS = re.compile(r"movq\s+\d*\(%rsp\), %r\w+$")


def touches_stack(line):
    """Whether an instruction reads or writes the stack, but for an address that is kept there."""
    return ("(%rsp" in line or "[sp" in line) and ADDRESS.match(line.strip()) is None


OPERATIONS = r"add|sub|mul|div|sqrt|max|min|cmp\w*|fn?m(add|sub)\w*"
PACKED = re.compile(rf"^v?({OPERATIONS})p[sd]\b|^f\w+\s.*\.(4s|2d|2s)\b")
SINGLE = re.compile(rf"^(v?({OPERATIONS}|u?comi)s[sd]\b|fn?({OPERATIONS})\s+[sd]\d)")


def is_packed(line):
    """Whether an instruction computes with several numbers at once."""
    return bool(PACKED.match(line))


def is_single(line):
    """Whether an instruction computes with one number."""
    return bool(SINGLE.match(line))


def is_multiply_add(line):
    """Whether an instruction belongs to a tile's sums: fused, or a multiplication."""
    return bool(re.match(r"^(vfmadd|fmla|v?mulp[sd]|fmul)", line))
