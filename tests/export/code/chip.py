"""A bare Cortex-M4 for QEMU, an AVR for simavr, and a main that hashes the bits of many answers on
any machine.
"""

from __future__ import annotations

import re
import subprocess

HASH = """\
#include <stddef.h>
#include "pump.h"
/* as in string.h, which is of a C library: a compiler for a chip may come without one */
void *memcpy(void *to, const void *from, size_t n);
void say(const char *text);
static uint32_t hash_of_answers(void) {{
    uint32_t seed = 1U, hash = 2166136261U;
    {real} x[PUMP_INPUTS], y[PUMP_OUTPUTS];
    unsigned char bytes[sizeof(y)];
    for (uint32_t k = 0U; k < {rows}U; k++) {{
        for (uint32_t i = 0U; i < PUMP_INPUTS; i++) {{
            seed = seed * 1664525U + 1013904223U;
            x[i] = ({real})((int32_t)(seed >> 8) - 8388608) * ({real})1e-6;
        }}
        (void)pump_predict(x, y);
        (void)memcpy(bytes, y, sizeof(y));
        for (uint32_t i = 0U; i < sizeof(y); i++) {{
            hash = (hash ^ bytes[i]) * 16777619U;
        }}
    }}
    return hash;
}}
int main(void) {{
    char text[12] = "00000000\\n";
    uint32_t hash = hash_of_answers();
    for (int k = 7; k >= 0; k--) {{
        text[k] = "0123456789abcdef"[hash & 15U];
        hash >>= 4;
    }}
    say(pump_selftest() == 0 ? text : "failed\\n");
    return 0;
}}
"""
HOST = """\
#include <stdio.h>
void say(const char *text);
void say(const char *text) { fputs(text, stdout); }
"""
START = """\
#include <stdint.h>
#include <stddef.h>
int main(void);
void reset(void);
void say(const char *text);
static int semihost(int what, const void *with) {
    register int r0 __asm__("r0") = what;
    register const void *r1 __asm__("r1") = with;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
void say(const char *text) { semihost(4, text); }
void reset(void) {
    *(volatile uint32_t *)0xE000ED88 |= 0xFU << 20;
    __asm__ volatile("dsb\\nisb");
    (void)main();
    semihost(0x18, (void *)0x20026);
    for (;;) { }
}
__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    (void *)0x20010000, (void *)reset,
};
void *memcpy(void *to, const void *from, size_t n) {
    for (size_t k = 0; k < n; k++) ((char *)to)[k] = ((const char *)from)[k];
    return to;
}
"""
SCRIPT = """\
MEMORY { flash (rx) : ORIGIN = 0, LENGTH = 1M  ram (rwx) : ORIGIN = 0x20000000, LENGTH = 64K }
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > flash
  .data : { *(.data*) *(.bss*) } > ram
}
"""
AVR = """\
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/interrupt.h>
void say(const char *text);
void say(const char *text) {
    while (*text) {
        while (!(UCSR0A & (1 << UDRE0))) { }
        UDR0 = *text++;
    }
    for (volatile long k = 0; k < 20000; k++) { }
    cli();
    sleep_enable();
    sleep_cpu();
}
"""
ARM_FLAGS = "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -std=c99 -O2"
ALLOWED = {"2.3", "2.5", "8.7", "12.1"}
"""Advisory rules of MISRA: a type and macros that nothing uses here, what is used elsewhere,
brackets.
"""


def run(command, folder):
    """Run a command in a folder; returns what it said."""
    done = subprocess.run(
        command.split(), cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def prepare(folder, real, rows):
    """Write the main that hashes answers."""
    (folder / "main.c").write_text(HASH.format(real=real, rows=rows))


def on_this_computer(folder):
    """The hash of the answers here."""
    (folder / "host.c").write_text(HOST)
    run("gcc -std=c99 -O2 main.c host.c pump.c -o host", folder)
    return run("./host", folder).strip()


def on_cortex(folder):
    """The hash of the answers on an emulated Cortex-M4."""
    (folder / "start.c").write_text(START)
    (folder / "chip.ld").write_text(SCRIPT)
    run(
        f"arm-none-eabi-gcc {ARM_FLAGS} -nostartfiles -nostdlib -T chip.ld start.c main.c "
        "pump.c -lgcc -o pump.elf", folder,
    )  # fmt: skip
    said = run("qemu-system-arm -M mps2-an386 -nographic -semihosting -kernel pump.elf", folder)
    assert re.fullmatch("[0-9a-f]{8}", said.strip())
    return said.strip()


def on_avr(folder):
    """The hash of the answers on an emulated AVR."""
    (folder / "say.c").write_text(AVR)
    run("avr-gcc -mmcu=atmega2560 -std=c99 -Os main.c say.c pump.c -o pump.elf", folder)
    said = run("simavr -m atmega2560 -f 16000000 pump.elf", folder)
    found = re.search(r"[0-9a-f]{8}(?=\.)", said)
    assert found is not None
    return found[0]


def size_on_cortex(folder):
    """Flash with all it needs, data, static memory of its own, and stack of the calls."""
    (folder / "main.c").write_text(
        '#include "pump.h"\nfloat x[6], y[2];\nvoid reset(void);\n'
        "void reset(void) { (void)pump_predict(x, y); for (;;) { } }\n"
    )
    (folder / "chip.ld").write_text(SCRIPT)
    flags = ARM_FLAGS.replace("-O2", "-Os -ffunction-sections -fdata-sections")
    run(
        f"arm-none-eabi-gcc {flags} -nostartfiles -nostdlib -Wl,--gc-sections -Wl,-e,reset "
        "-T chip.ld main.c pump.c -lgcc -fstack-usage -o pump.elf", folder,
    )  # fmt: skip
    sizes = run("arm-none-eabi-size pump.elf", folder).splitlines()[1].split()
    text, data, bss = map(int, sizes[:3])
    usage = "".join(path.read_text() for path in folder.glob("*pump.su"))
    stack = {line.split(":")[3].split()[0]: int(line.split("\t")[1]) for line in usage.splitlines()}
    calls = [size for name, size in stack.items() if name not in ("pump_selftest", "pump_info")]
    return text, data, bss - 32, sum(calls)  # x and y are main's own


def broken_rules(folder):
    """The rules of MISRA that cppcheck finds broken, but for those that are allowed."""
    done = subprocess.run(
        ["cppcheck", "--addon=misra", "--quiet", "--std=c99", "pump.c"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return set(re.findall(r"misra-c2012-(\d+\.\d+)", done.stderr)) - ALLOWED
