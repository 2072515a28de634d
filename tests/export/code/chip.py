"""A bare Cortex-M4 for QEMU, and a main that hashes the bits of many answers on any machine."""

from __future__ import annotations

HASH = """\
#include <string.h>
#include "pump.h"
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
