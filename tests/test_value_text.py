"""Values as text: every registered value is written and read back, anything else is a sentence."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurona import value_text
from neurona.errors import UnknownNameError
from neurona.files.plain import REGISTRIES
from neurona.numerics.activations import ACTIVATIONS, LeakyRelu
from neurona.numerics.graph_loss import GraphLoss
from neurona.numerics.line_search import StrongWolfe
from neurona.numerics.losses import LOSSES, Quantile
from neurona.numerics.schedules import SCHEDULES, StepDecay, WarmUp
from neurona.optimizers import BFGS, OPTIMIZERS, SGD, SOLVERS, Adam, LevenbergMarquardt
from neurona.registry import Registry
from tests.value_strategies import values_of

CLASSES = [(registry, cls) for registry in REGISTRIES.values() for cls in registry.classes()]


@pytest.mark.parametrize(("registry", "cls"), CLASSES, ids=lambda one: getattr(one, "name", ""))
@given(data=st.data())
def test_every_registered_value_is_read_back(registry, cls, data):
    value = data.draw(values_of(cls))
    text = value_text.write(value)
    assume(text.count("(") <= value_text.DEEPEST)  # warm-ups of warm-ups
    again = value_text.parse(text, registry)
    assert again == value and type(again) is cls


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=lambda one: one.concept)
def test_every_name_is_a_text(registry):
    for name in registry:
        assert value_text.parse(name, registry) == registry.find(name)
        assert value_text.parse(f" {name} ( ) ", registry) == registry.find(name)


@pytest.mark.parametrize(
    ("text", "registries", "value"),
    [
        ("lm(damping=0.1)", (OPTIMIZERS, SOLVERS), LevenbergMarquardt(damping=0.1)),
        ("adam(beta1=0.8, amsgrad=True)", (OPTIMIZERS, SOLVERS), Adam(beta1=0.8, amsgrad=True)),
        ("amsgrad(beta1=.8,)", (OPTIMIZERS,), Adam(beta1=0.8, amsgrad=True)),
        ("momentum(nesterov=true)", (OPTIMIZERS,), SGD(momentum=0.9, nesterov=True)),
        ("leaky_relu(-1e-3)", (ACTIVATIONS,), LeakyRelu(-0.001)),
        ("quantile(0.9)", (LOSSES,), Quantile(0.9)),
        ("warm_up(2, then=step(every=5))", (SCHEDULES,), WarmUp(2, StepDecay(5))),
        ("cosine(period=none)", (SCHEDULES,), SCHEDULES.find("cosine")),
        (
            "bfgs(search=strong-wolfe(curvature=0.5))",
            (SOLVERS,),
            BFGS(search=StrongWolfe(curvature=0.5)),
        ),
    ],
)
def test_texts(text, registries, value):
    assert value_text.parse(text, *registries) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lm(dampin=1)", "lm has no option 'dampin'; did you mean 'damping'?"),
        ("scg(zzz=1)", "scg has no option 'zzz'; it has 2 options (probe, damping)."),
        ("lm(damping=-1)", "must be a float in the range [0, inf). Got -1.0 instead."),
        ("lm(scaled=3)", "must be true or false. Got 3 instead."),
        ("lm(damping=true)", "must be a number. Got True instead."),
        ("lm(damping=none)", "must be a number. Got None instead."),
        ("lm(damping=scg)", "must be a number. Got 'scg' instead."),
        ("lbfgs(memory=2.5)", "must be a whole number. Got 2.5 instead."),
        ("lm(damping=1, damping=2)", "lm is given 'damping' twice."),
        ("lm(1, damping=2)", "lm is given 'damping' twice."),
        ("scg(1e-5, 1e-7, 3)", "scg has 2 options (probe, damping), not 3."),
        ("bfgs(search=exakt)", "There is no line search 'exakt'; did you mean 'exact'?"),
        ("bfgs(search=3)", "must be a line search (exact, strong-wolfe). Got 3 instead."),
        ("lmm", "There is no solver 'lmm'; did you mean 'lm'?"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text, said):
    with pytest.raises(ValueError) as error:
        value_text.parse(text, SOLVERS)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lm(",
        "lm)",
        "lm((1))",
        "lm(damping)=1",
        "lm(damping==1)",
        "lm damping=1",
        "lm(damping=1)(2)",
        "lm(damping='1')",
        "lm(damping=1+1)",
        "lm(damping=__import__('os'))",
        "[].__class__",
        "lm(" * 200,
        "lm(" + "1," * 1000 + ")",
        "bfgs(search=" * 5 + "1" + ")" * 5,
    ],
)
def test_what_is_no_value_is_refused(text):
    with pytest.raises(ValueError):
        value_text.parse(text, SOLVERS)


@given(st.text() | st.text("lm(damping=1.e+-,) scg"))
def test_any_text_is_a_value_or_refused(text):
    try:
        found = value_text.parse(text, SOLVERS)
    except ValueError as error:
        assert str(error)
    else:
        assert type(found) in SOLVERS.classes()


def test_an_unknown_name_has_its_own_error():
    with pytest.raises(UnknownNameError):
        value_text.parse("zzz", SOLVERS)


def test_what_text_cannot_say():
    with pytest.raises(ValueError, match="text cannot say"):
        value_text.write(GraphLoss(lambda said, target: said - target))
    with pytest.raises(ValueError, match="has no name"):
        value_text.write(3)


def test_a_class_of_another_package():
    class Here(float):
        pass

    odd = Registry("odd thing")

    @odd.register("odd")
    @dataclasses.dataclass(frozen=True)
    class Odd:
        share: Here = 0.5  # type: ignore[assignment]  # a name that only this function knows
        sizes: tuple[int, ...] = (1, 2)

    @odd.register("plain")
    @dataclasses.dataclass(frozen=True)
    class Plain:
        sizes: tuple[int, ...] = (1, 2)
        steps: int | None = None

    assert value_text.parse("odd(share=1)", odd) == Odd(1.0)
    assert value_text.parse("plain(steps=3)", odd) == Plain(steps=3)
    with pytest.raises(ValueError, match="must be what text cannot say"):
        value_text.parse("plain(sizes=1)", odd)
