"""modelDescription.xml and what stands beside it, of FMI 2.0 and of 3.0."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from neurona.export.code.form import Program
from neurona.export.code.texts import input_line, output_line, version


def token(program: Program) -> str:
    """Return what a unit is known by."""
    return f"{{{program.name}-{program.checksum}}}"


def sources(program: Program) -> list[str]:
    """Return the names of the source files."""
    return [f"{program.name}.c", f"{program.name}_fmu.c"]


def _variables(program: Program) -> list[tuple[str, str, str, str]]:
    """Return each variable's name, causality, description, and its unit and start (of inputs) as
    attributes.
    """
    taken: set[str] = set()
    found = []
    for one in program.inputs:
        more = f"{_unit(one.unit)} start={quoteattr(repr(float(one.usual)))}"
        found.append((_name(one.name, taken), "input", _attribute(input_line(one)), more))
    for answer in program.outputs:
        several = answer.kind in ("probability", "label")
        name = _name(f"{answer.name} {answer.kind}" if several else answer.name, taken)
        found.append((name, "output", _attribute(output_line(answer)), _unit(answer.unit)))
    return found


def _unit(unit: str) -> str:
    return f" unit={_attribute(unit)}" if unit else ""


def _units(program: Program) -> list[str]:
    """Return the definitions of the units, none of which is said in others."""
    units = [one.unit for one in program.inputs] + [one.unit for one in program.outputs]
    if not any(units):
        return []
    known = dict.fromkeys(filter(None, units))
    names = [f"    <Unit name={_attribute(unit)}/>" for unit in known]
    return ["  <UnitDefinitions>", *names, "  </UnitDefinitions>"]


def second(program: Program) -> dict[str, str]:
    """Return modelDescription.xml of FMI 2.0: inputs first, then outputs, all real numbers."""
    count = len(program.inputs)
    files = [f'      <File name="{name}"/>' for name in sources(program)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<fmiModelDescription fmiVersion="2.0" modelName={quoteattr(program.name)} '
        f"guid={quoteattr(token(program))} "
        f"generationTool={quoteattr(f'neurona {version()}')} "
        'variableNamingConvention="flat">',
        f"  <CoSimulation modelIdentifier={quoteattr(program.name)} "
        'canHandleVariableCommunicationStepSize="true">',
        "    <SourceFiles>",
        *files,
        "    </SourceFiles>",
        "  </CoSimulation>",
        *_units(program),
        "  <ModelVariables>",
    ]
    for k, (name, causality, said, more) in enumerate(_variables(program)):
        lines += [
            f'    <ScalarVariable name={name} valueReference="{k}" causality="{causality}" '
            f'variability="continuous" description={said}>',
            f"      <Real{more}/>",
            "    </ScalarVariable>",
        ]
    places = range(count + 1, count + 1 + len(program.outputs))
    unknowns = "".join(f'<Unknown index="{k}"/>' for k in places)
    lines += [
        "  </ModelVariables>",
        "  <ModelStructure>",
        f"    <Outputs>{unknowns}</Outputs>",
        f"    <InitialUnknowns>{unknowns}</InitialUnknowns>",
        "  </ModelStructure>",
        "</fmiModelDescription>",
    ]
    return {"modelDescription.xml": "\n".join(lines) + "\n"}


def third(program: Program) -> dict[str, str]:
    """Return modelDescription.xml of FMI 3.0 and its description of the build."""
    variables = _variables(program)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<fmiModelDescription fmiVersion="3.0" modelName={quoteattr(program.name)} '
        f"instantiationToken={quoteattr(token(program))} "
        f"generationTool={quoteattr(f'neurona {version()}')} "
        'variableNamingConvention="flat">',
        f"  <CoSimulation modelIdentifier={quoteattr(program.name)} "
        'canHandleVariableCommunicationStepSize="true"/>',
        *_units(program),
        "  <ModelVariables>",
    ]
    for k, (name, causality, said, more) in enumerate(variables):
        lines.append(
            f'    <Float64 name={name} valueReference="{k}" causality="{causality}" '
            f'variability="continuous" description={said}{more}/>'
        )
    time = _name("time", {name[1:-1] for name, *_ in variables})
    outputs = range(len(program.inputs), len(variables))
    lines += [
        f'    <Float64 name={time} valueReference="{len(variables)}" causality="independent" '
        'variability="continuous"/>',
        "  </ModelVariables>",
        "  <ModelStructure>",
        *(f'    <Output valueReference="{k}"/>' for k in outputs),
        *(f'    <InitialUnknown valueReference="{k}"/>' for k in outputs),
        "  </ModelStructure>",
        "</fmiModelDescription>",
    ]
    build = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<fmiBuildDescription fmiVersion="3.0">',
        f"  <BuildConfiguration modelIdentifier={quoteattr(program.name)}>",
        '    <SourceFileSet language="C99">',
        *(f'      <SourceFile name="{name}"/>' for name in sources(program)),
        "    </SourceFileSet>",
        "  </BuildConfiguration>",
        "</fmiBuildDescription>",
    ]
    return {
        "modelDescription.xml": "\n".join(lines) + "\n",
        "sources/buildDescription.xml": "\n".join(build) + "\n",
    }


def _attribute(text: str) -> str:
    """Return a text as an attribute's value, without what XML cannot hold."""
    return quoteattr("".join(one if one.isprintable() else "_" for one in text))


def _name(name: str, taken: set[str]) -> str:
    """Return a variable's name, different from those taken."""
    plain = "".join(one if one.isprintable() else "_" for one in str(name)) or "_"
    found, count = plain, 1
    while found in taken:
        count += 1
        found = f"{plain} {count}"
    taken.add(found)
    return quoteattr(found)
