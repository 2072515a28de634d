"""What every network of integers has in C: rounding, fitting, the cubic of a table, macros."""

ROUND = """\
static {sum} {name}_round(const {sum} value, const uint32_t shift)
{{
    /* nearest, halves away from 0, and no negative number is shifted */
    const u{sum} unit = 1U;
    const u{sum} half = (unit << shift) >> 1U;
    const u{sum} size = (value < 0) ? ((u{sum})0U - (u{sum})value) : (u{sum})value;
    const u{sum} part = (size + half) >> shift;
    const {sum} found = ({sum})part;
    return (value < 0) ? -found : found;
}}
"""
FIT = """\
static {value} {name}_fit(const {sum} value)
{{
    const {sum} below = (value < -{most}) ? -{most} : value;
    return ({value})((below > {most}) ? {most} : below);
}}
"""
BEND = """\
static {sum} {name}_bend(const {value} entries[], const uint32_t last, const {sum} z)
{{
    /* the cubic through four entries of a table */
    const u{sum} unit = 1U;
    const u{sum} one = unit << {inside}U;
    const u{sum} most = last;
    const u{sum} top = most << {inside}U;
    const {sum} above = (z < 0) ? 0 : z;
    const u{sum} size = (u{sum})above;
    const u{sum} u = (size > top) ? top : size;
    const uint32_t at = (uint32_t)(u >> {inside}U);
    const u{sum} t = u & (one - 1U);
    const {sum} p0 = {read}(entries[at]);
    const {sum} p1 = {read}(entries[at + 1U]);
    const {sum} p2 = {read}(entries[at + 2U]);
    const {sum} p3 = {read}(entries[at + 3U]);
    const {sum} rise = p2 - p1;
    const {sum} first = rise - (p1 - p0);
    const {sum} second = (p3 - p2) - rise;
    const u{sum} sixth = (((t * (one - t)) >> {inside}U) * {part}U) >> 18U;
    const {sum} whole = ({sum})one;
    const {sum} step = ({sum})t;
    const {sum} far = (whole + whole) - step;
    const {sum} near = whole + step;
    const {sum} mix = {name}_round((far * first) + (near * second), {inside}U);
    return p1 + {name}_round((step * rise) - (mix * ({sum})sixth), {inside}U);
}}
"""
MACROS = """\
#if defined(__AVR__)
#include <avr/pgmspace.h>
#define {upper}_FLASH PROGMEM
#define {upper}_READ8(element) ((int8_t)pgm_read_byte(&(element)))
#define {upper}_READ16(element) ((int16_t)pgm_read_word(&(element)))
#define {upper}_READ32(element) ((int32_t)pgm_read_dword(&(element)))
#else
#define {upper}_FLASH
#define {upper}_READ8(element) (element)
#define {upper}_READ16(element) (element)
#define {upper}_READ32(element) (element)
#endif
"""
HALF = 31
"""Bits of the lower half of a bias of 64."""
ABSENT_TEXT = "(-2147483647 - 1)"
