"""What the vector registers of the target are like, as LLVM's code generator sees them.

Asked is the code generator itself: it gets one fused multiply-add of 64 bytes for the processor
that Numba compiles for, and its assembly says which registers it took. Lists of features would not
do: `NUMBA_CPU_NAME` alone names a processor whose features nobody but the code generator knows.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from llvmlite import binding
from numba.core.registry import cpu_target

PROBE = """
declare <16 x float> @llvm.fma.v16f32(<16 x float>, <16 x float>, <16 x float>)
define void @probe(ptr %a, ptr %b) {
  %x = load <16 x float>, ptr %a
  %y = load <16 x float>, ptr %b
  %z = call <16 x float> @llvm.fma.v16f32(<16 x float> %x, <16 x float> %y, <16 x float> %y)
  store <16 x float> %z, ptr %a
  ret void
}
"""


class Level(NamedTuple):
    """Vector registers: what they are called, their bytes, their number, and whether the processor
    multiplies and adds in one operation.
    """

    name: str
    register_bytes: int
    registers: int
    fused: bool


@functools.cache
def level_of(triple: str, processor: str, features: str) -> Level:
    """Return the level of a target; its code generator must have been made ready.

    >>> binding.initialize_native_target()
    >>> level_of(binding.get_process_triple(), "", "").register_bytes >= 16
    True
    """
    target = binding.Target.from_triple(triple)
    machine = target.create_target_machine(cpu=processor, features=features, opt=1)
    module = binding.parse_assembly(PROBE)
    module.triple = triple
    assembly = machine.emit_assembly(module)
    # where it is missing, LLVM calls the C library's function for every number
    fused = "fmaf" not in assembly
    if "zmm" in assembly:
        return Level("AVX-512", 64, 32, fused)
    if "ymm" in assembly:
        return Level("AVX2" if fused else "AVX", 32, 16, fused)
    if "xmm" in assembly:
        return Level("SSE", 16, 16, fused)
    if triple.startswith(("aarch64", "arm64")):
        # SVE too: its registers are at least as wide, and their width is not known here
        return Level("NEON", 16, 32, fused)
    return Level("unknown", 16, 16, fused)


@functools.cache
def level() -> Level:
    """Return the level that Numba compiles for in this process."""
    return level_of(*cpu_target.target_context.codegen().magic_tuple())
