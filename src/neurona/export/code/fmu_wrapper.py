"""The C around a model that FMI 2.0 asks of a unit for co-simulation, without headers of FMI."""

WRAPPER = r"""/* FMI 2.0 for co-simulation: outputs follow inputs at once, time changes nothing. */
#include <stddef.h>
#include <string.h>
#include "{name}.h"

#if defined(_WIN32)
#define {upper}_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define {upper}_EXPORT __attribute__((visibility("default")))
#else
#define {upper}_EXPORT
#endif

typedef void *component;
typedef unsigned int reference;
typedef enum {{ ok, warning, discard, error, fatal, pending }} status;
typedef void (*logger)(void *, const char *, status, const char *, const char *, ...);
typedef struct {{
    logger log;
    void *(*allocate)(size_t, size_t);
    void (*release)(void *);
    void (*finished)(void *, status);
    void *environment;
}} callbacks;
typedef struct {{
    double x[{inputs}];
    double y[{outputs}];
    int fresh;
    void (*release)(void *);
}} unit;

static const double start[{inputs}] = {{ {start} }};

static status computed(unit *one)
{{
    if (one->fresh == 0) {{
        if ({name}_predict(one->x, one->y) != 0) {{
            return error;
        }}
        one->fresh = 1;
    }}
    return ok;
}}

{upper}_EXPORT const char *fmi2GetTypesPlatform(void) {{ return "default"; }}
{upper}_EXPORT const char *fmi2GetVersion(void) {{ return "2.0"; }}

{upper}_EXPORT status fmi2SetDebugLogging(component c, int on, size_t n, const char *const names[])
{{
    (void)c; (void)on; (void)n; (void)names;
    return ok;
}}

{upper}_EXPORT component fmi2Instantiate(const char *instance, int kind, const char *guid,
    const char *resources, const callbacks *functions, int visible, int logging)
{{
    unit *one = NULL;
    (void)instance; (void)resources; (void)visible; (void)logging;
    if ((kind != 1) || (functions == NULL) || (strcmp(guid, "{guid}") != 0)) {{
        return NULL;
    }}
    one = (unit *)functions->allocate(1U, sizeof(unit));
    if (one != NULL) {{
        (void)memcpy(one->x, start, sizeof(start));
        one->fresh = 0;
        one->release = functions->release;
    }}
    return one;
}}

{upper}_EXPORT void fmi2FreeInstance(component c)
{{
    if (c != NULL) {{
        ((unit *)c)->release(c);
    }}
}}

{upper}_EXPORT status fmi2SetupExperiment(component c, int tolerant, double tolerance, double from,
    int stops, double to)
{{
    (void)c; (void)tolerant; (void)tolerance; (void)from; (void)stops; (void)to;
    return ok;
}}

{upper}_EXPORT status fmi2EnterInitializationMode(component c) {{ (void)c; return ok; }}
{upper}_EXPORT status fmi2ExitInitializationMode(component c) {{ (void)c; return ok; }}
{upper}_EXPORT status fmi2Terminate(component c) {{ (void)c; return ok; }}

{upper}_EXPORT status fmi2Reset(component c)
{{
    (void)memcpy(((unit *)c)->x, start, sizeof(start));
    ((unit *)c)->fresh = 0;
    return ok;
}}

{upper}_EXPORT status fmi2GetReal(component c, const reference r[], size_t n, double value[])
{{
    unit *one = (unit *)c;
    size_t k;
    if (computed(one) != ok) {{
        return error;
    }}
    for (k = 0U; k < n; k++) {{
        if (r[k] < {inputs}U) {{
            value[k] = one->x[r[k]];
        }} else if (r[k] < {both}U) {{
            value[k] = one->y[r[k] - {inputs}U];
        }} else {{
            return error;
        }}
    }}
    return ok;
}}

{upper}_EXPORT status fmi2SetReal(component c, const reference r[], size_t n, const double value[])
{{
    unit *one = (unit *)c;
    size_t k;
    for (k = 0U; k < n; k++) {{
        if (r[k] >= {inputs}U) {{
            return error;
        }}
        one->x[r[k]] = value[k];
    }}
    one->fresh = 0;
    return ok;
}}

{upper}_EXPORT status fmi2DoStep(component c, double at, double size, int forget)
{{
    (void)at; (void)size; (void)forget;
    return computed((unit *)c);
}}

{upper}_EXPORT status fmi2CancelStep(component c) {{ (void)c; return error; }}

#define NONE(name, type) \
    {upper}_EXPORT status fmi2##name(component c, const reference r[], size_t n, type value[]) \
    {{ (void)c; (void)r; (void)value; return (n == 0U) ? ok : error; }}
NONE(GetInteger, int)
NONE(GetBoolean, int)
NONE(GetString, const char *)
NONE(SetInteger, const int)
NONE(SetBoolean, const int)
NONE(SetString, const char *const)

#define ABSENT(name, arguments) {upper}_EXPORT status fmi2##name arguments {{ return error; }}
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
ABSENT(GetFMUstate, (component c, void **s))
ABSENT(SetFMUstate, (component c, void *s))
ABSENT(FreeFMUstate, (component c, void **s))
ABSENT(SerializedFMUstateSize, (component c, void *s, size_t *n))
ABSENT(SerializeFMUstate, (component c, void *s, char b[], size_t n))
ABSENT(DeSerializeFMUstate, (component c, const char b[], size_t n, void **s))
ABSENT(GetDirectionalDerivative, (component c, const reference u[], size_t n, const reference k[],
    size_t m, const double du[], double dk[]))
ABSENT(SetRealInputDerivatives, (component c, const reference r[], size_t n, const int o[],
    const double v[]))
ABSENT(GetRealOutputDerivatives, (component c, const reference r[], size_t n, const int o[],
    double v[]))
ABSENT(GetStatus, (component c, int kind, status *s))
ABSENT(GetRealStatus, (component c, int kind, double *s))
ABSENT(GetIntegerStatus, (component c, int kind, int *s))
ABSENT(GetBooleanStatus, (component c, int kind, int *s))
ABSENT(GetStringStatus, (component c, int kind, const char **s))
"""
