"""The C around a model that FMI 3.0 asks of a unit for co-simulation, without headers of FMI."""

WRAPPER = r"""/* FMI 3.0 for co-simulation: outputs follow inputs at once, time changes nothing. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "{name}.h"

#if defined(_WIN32)
#define {upper}_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define {upper}_EXPORT __attribute__((visibility("default")))
#else
#define {upper}_EXPORT
#endif

typedef void *instance;
typedef uint32_t reference;
typedef const char *text;
typedef enum {{ ok, warning, discard, error, fatal }} status;
typedef void (*logger)(void *, status, text, text);
typedef void (*updater)(void *, double, bool, bool, bool, bool, bool *, double *);
typedef struct {{
    double x[{inputs}];
    double y[{outputs}];
    double now;
    bool fresh;
}} unit;

static const double start[{inputs}] = {{ {start} }};

static status computed(unit *one)
{{
    if (!one->fresh) {{
        if ({name}_predict(one->x, one->y) != 0) {{
            return error;
        }}
        one->fresh = true;
    }}
    return ok;
}}

{upper}_EXPORT text fmi3GetVersion(void) {{ return "3.0"; }}

{upper}_EXPORT status fmi3SetDebugLogging(instance c, bool on, size_t n, const text names[])
{{
    (void)c; (void)on; (void)n; (void)names;
    return ok;
}}

{upper}_EXPORT instance fmi3InstantiateCoSimulation(text called, text token, text resources,
    bool visible, bool logging, bool events, bool early, const reference needed[], size_t n,
    void *environment, logger log, updater update)
{{
    unit *one = NULL;
    (void)called; (void)resources; (void)visible; (void)logging; (void)early; (void)needed;
    (void)environment; (void)log; (void)update;
    if (events || (n != 0U) || (token == NULL) || (strcmp(token, "{guid}") != 0)) {{
        return NULL;
    }}
    one = (unit *)calloc(1U, sizeof(unit));
    if (one != NULL) {{
        (void)memcpy(one->x, start, sizeof(start));
    }}
    return one;
}}

{upper}_EXPORT void fmi3FreeInstance(instance c) {{ free(c); }}

{upper}_EXPORT status fmi3EnterInitializationMode(instance c, bool tolerant, double tolerance,
    double from, bool stops, double to)
{{
    (void)tolerant; (void)tolerance; (void)stops; (void)to;
    ((unit *)c)->now = from;
    return ok;
}}

{upper}_EXPORT status fmi3ExitInitializationMode(instance c) {{ (void)c; return ok; }}
{upper}_EXPORT status fmi3EnterStepMode(instance c) {{ (void)c; return ok; }}
{upper}_EXPORT status fmi3Terminate(instance c) {{ (void)c; return ok; }}

{upper}_EXPORT status fmi3Reset(instance c)
{{
    unit *one = (unit *)c;
    (void)memcpy(one->x, start, sizeof(start));
    one->fresh = false;
    return ok;
}}

{upper}_EXPORT status fmi3GetFloat64(instance c, const reference r[], size_t n, double value[],
    size_t m)
{{
    unit *one = (unit *)c;
    size_t k;
    if ((n != m) || (computed(one) != ok)) {{
        return error;
    }}
    for (k = 0U; k < n; k++) {{
        if (r[k] < {inputs}U) {{
            value[k] = one->x[r[k]];
        }} else if (r[k] < {both}U) {{
            value[k] = one->y[r[k] - {inputs}U];
        }} else if (r[k] == {both}U) {{
            value[k] = one->now;
        }} else {{
            return error;
        }}
    }}
    return ok;
}}

{upper}_EXPORT status fmi3SetFloat64(instance c, const reference r[], size_t n,
    const double value[], size_t m)
{{
    unit *one = (unit *)c;
    size_t k;
    if (n != m) {{
        return error;
    }}
    for (k = 0U; k < n; k++) {{
        if (r[k] >= {inputs}U) {{
            return error;
        }}
        one->x[r[k]] = value[k];
    }}
    one->fresh = false;
    return ok;
}}

{upper}_EXPORT status fmi3DoStep(instance c, double at, double size, bool forget, bool *event,
    bool *stop, bool *early, double *reached)
{{
    unit *one = (unit *)c;
    (void)forget;
    one->now = at + size;
    *event = false;
    *stop = false;
    *early = false;
    *reached = one->now;
    return computed(one);
}}

#define NONE(name, type) \
    {upper}_EXPORT status fmi3Get##name(instance c, const reference r[], size_t n, type value[], \
        size_t m) {{ (void)c; (void)r; (void)value; return ((n + m) == 0U) ? ok : error; }} \
    {upper}_EXPORT status fmi3Set##name(instance c, const reference r[], size_t n, \
        const type value[], size_t m) \
        {{ (void)c; (void)r; (void)value; return ((n + m) == 0U) ? ok : error; }}
NONE(Float32, float)
NONE(Int8, int8_t)
NONE(UInt8, uint8_t)
NONE(Int16, int16_t)
NONE(UInt16, uint16_t)
NONE(Int32, int32_t)
NONE(UInt32, uint32_t)
NONE(Int64, int64_t)
NONE(UInt64, uint64_t)
NONE(Boolean, bool)
NONE(String, text)

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#define ABSENT(name, arguments) {upper}_EXPORT status fmi3##name arguments {{ return error; }}
ABSENT(GetBinary, (instance c, const reference r[], size_t n, size_t s[], const uint8_t *v[],
    size_t m))
ABSENT(SetBinary, (instance c, const reference r[], size_t n, const size_t s[],
    const uint8_t *const v[], size_t m))
ABSENT(GetClock, (instance c, const reference r[], size_t n, bool v[]))
ABSENT(SetClock, (instance c, const reference r[], size_t n, const bool v[]))
ABSENT(GetNumberOfVariableDependencies, (instance c, reference r, size_t *n))
ABSENT(GetVariableDependencies, (instance c, reference r, size_t a[], reference b[], size_t d[],
    int kinds[], size_t n))
ABSENT(GetFMUState, (instance c, void **s))
ABSENT(SetFMUState, (instance c, void *s))
ABSENT(FreeFMUState, (instance c, void **s))
ABSENT(SerializedFMUStateSize, (instance c, void *s, size_t *n))
ABSENT(SerializeFMUState, (instance c, void *s, uint8_t b[], size_t n))
ABSENT(DeserializeFMUState, (instance c, const uint8_t b[], size_t n, void **s))
ABSENT(GetDirectionalDerivative, (instance c, const reference u[], size_t n, const reference k[],
    size_t m, const double du[], size_t nu, double dk[], size_t nk))
ABSENT(GetAdjointDerivative, (instance c, const reference u[], size_t n, const reference k[],
    size_t m, const double du[], size_t nu, double dk[], size_t nk))
ABSENT(EnterConfigurationMode, (instance c))
ABSENT(ExitConfigurationMode, (instance c))
ABSENT(EnterEventMode, (instance c))
ABSENT(EvaluateDiscreteStates, (instance c))
ABSENT(UpdateDiscreteStates, (instance c, bool *a, bool *b, bool *d, bool *e, bool *f, double *g))
ABSENT(GetOutputDerivatives, (instance c, const reference r[], size_t n, const int32_t o[],
    double v[], size_t m))
ABSENT(GetIntervalDecimal, (instance c, const reference r[], size_t n, double v[], int q[]))
ABSENT(GetIntervalFraction, (instance c, const reference r[], size_t n, uint64_t a[],
    uint64_t b[], int q[]))
ABSENT(GetShiftDecimal, (instance c, const reference r[], size_t n, double v[]))
ABSENT(GetShiftFraction, (instance c, const reference r[], size_t n, uint64_t a[], uint64_t b[]))
ABSENT(SetIntervalDecimal, (instance c, const reference r[], size_t n, const double v[]))
ABSENT(SetIntervalFraction, (instance c, const reference r[], size_t n, const uint64_t a[],
    const uint64_t b[]))
ABSENT(SetShiftDecimal, (instance c, const reference r[], size_t n, const double v[]))
ABSENT(SetShiftFraction, (instance c, const reference r[], size_t n, const uint64_t a[],
    const uint64_t b[]))
ABSENT(EnterContinuousTimeMode, (instance c))
ABSENT(CompletedIntegratorStep, (instance c, bool keep, bool *event, bool *stop))
ABSENT(SetTime, (instance c, double at))
ABSENT(SetContinuousStates, (instance c, const double v[], size_t n))
ABSENT(GetContinuousStateDerivatives, (instance c, double v[], size_t n))
ABSENT(GetEventIndicators, (instance c, double v[], size_t n))
ABSENT(GetContinuousStates, (instance c, double v[], size_t n))
ABSENT(GetNominalsOfContinuousStates, (instance c, double v[], size_t n))
ABSENT(GetNumberOfEventIndicators, (instance c, size_t *n))
ABSENT(GetNumberOfContinuousStates, (instance c, size_t *n))
ABSENT(ActivateModelPartition, (instance c, reference r, double at))
{upper}_EXPORT instance fmi3InstantiateModelExchange(text called, text token, text resources,
    bool visible, bool logging, void *environment, logger log) {{ return NULL; }}
{upper}_EXPORT instance fmi3InstantiateScheduledExecution(text called, text token, text resources,
    bool visible, bool logging, void *environment, logger log, void (*tick)(void *),
    void (*lock)(void), void (*unlock)(void)) {{ return NULL; }}
"""
