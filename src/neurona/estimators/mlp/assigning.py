"""Parameters and data made into an assignment: what one fit is, before anything is trained.

The functions read `params`, an estimator's parameters by name, and change nothing; lots are drawn
from `random` in scikit-learn's order: weights, split, then what is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.engine.automatic import choose
from neurona.estimators import choices
from neurona.estimators.mlp.assignment import (
    Assignment,
    Beginning,
    ChosenMethod,
    Spooled,
    initial_weights,
    with_seed,
)
from neurona.estimators.mlp.examples import Examples, Given, Params, check_targets, examples
from neurona.estimators.mlp.rate import with_found_rate
from neurona.estimators.mlp.standing import Earlier
from neurona.estimators.mlp.starts import shape_of
from neurona.estimators.mlp.stream import Stream, check_streamed, probe, spooled
from neurona.estimators.mlp.subject import Subject
from neurona.estimators.parameters import FIND, check_parameters
from neurona.estimators.random_state import generator
from neurona.estimators.weights import check_weights, row_weights
from neurona.network import Network, Vector
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.initializers import find_initializer
from neurona.numerics.noise import Noise
from neurona.numerics.schedules import Constant
from neurona.optimizers.solver import Need
from neurona.training.plan import Plan, StoppingRule, Validation, order_of
from neurona.training.problem import Regularisation
from neurona.training.rows import make_table

if TYPE_CHECKING:
    from neurona.estimators.mlp.base import BaseMLP


def assignment_of(model: BaseMLP, *rows: Any, **held: Any) -> Assignment:
    """Return the fit of a model to these rows as a value; the model learns its columns and classes.

    Parameters and errors are those of the model's `fit`.

    Examples
    --------
    >>> from neurona import MLPClassifier
    >>> model = MLPClassifier((8,), early_stopping=True, random_state=0)
    >>> fit = assignment_of(model, [[k / 40] for k in range(40)], [k // 20 for k in range(40)])
    >>> fit.method.name, fit.order.size, fit.validation.rows, fit.rule.monitor
    ('adam', 36, 4, 'score')
    """
    check_parameters(model)
    earlier = model.earlier() if model.warm_start else None
    return assign(vars(model), model.subject(), model.given(*rows, **held), earlier)


def assign(
    params: Params,
    subject: Subject,
    given: Given,
    earlier: Earlier | None = None,
    incremental: bool = False,
) -> Assignment:
    """Return a fit as a value: one that begins anew without `earlier`, else goes on from it.

    Parameters
    ----------
    params : mapping
        An estimator's parameters by name.
    subject : Subject
        What it learns; its `encode` is called once.
    given : Given
    earlier : Earlier or None
    incremental : bool
        Whether it is one epoch of `partial_fit`.

    Returns
    -------
    Assignment
    """
    stream = given.X if isinstance(given.X, Stream) else None
    given = probe(given)
    found, method = examples(params, subject, given, incremental, earlier is None)
    if stream is not None:
        check_streamed(params, subject, method, earlier is not None, given.X_val is not None)
    random = generator(params["random_state"])
    check_targets(found.loss, found.targets)
    networks = _networks(params, subject, found, earlier)
    draw = drawing(params)
    if earlier is None:
        beginning = Beginning(draw(networks[0], random), drawn=True)
    else:
        beginning = Beginning(
            packed_weights(networks[0], earlier), earlier.history, earlier.samples_seen
        )
    rows, validation = _split(params, subject, found, given, random)
    if method.solver is not None and len(rows) < len(found.targets):
        # a solver takes all rows of its table
        found = _taken(found, rows)
        rows = np.arange(len(rows))
    plan = _plan(params, method, validation, incremental)
    batch = len(rows) if stream is None else stream.rows
    if method.optimizer is not None:
        batch = choices.batch_rows(params["batch_size"], method.optimizer, batch)
    # from a copy, so that the first start is the training of n_starts=1
    others = np.random.RandomState(0)
    others.set_state(random.get_state())
    seeds = others.randint(2**31 - 1, size=params["n_starts"] - 1)
    choice = choose(
        params["engine"], params["device"], networks[0], batch, _together(params, method), len(rows)
    )
    first, *rest = (regularisation(params, one, subject.noise(), method) for one in networks)
    fit = Assignment(
        networks=tuple(networks),
        loss=found.loss,
        method=method,
        regularisations=(with_seed(first, random), *rest),
        plan=plan,
        rule=_rule(params, _monitor(params, validation), earlier),
        table=make_table(found.inputs, found.targets, found.weights, found.inputs.dtype),
        order=order_of(rows),
        validation=validation,
        batch=batch,
        beginning=_gone_on(beginning, earlier, plan) if incremental else beginning,
        random=random,
        draw=draw,
        engine=choice.engine,
        why_engine=choice.reason,
        seeds=tuple(int(seed) for seed in seeds),
        # starts side by side have a thread each
        threads=params["n_threads"] if params["n_starts"] == 1 else 1,
    )
    fit = with_found_rate(params, fit) if params["learning_rate_init"] == FIND else fit
    return fit if stream is None else _in_blocks(fit, stream, subject)


def _together(params: Params, method: ChosenMethod) -> int:
    """Return how many networks are trained side by side, step by step."""
    return params["n_starts"] if method.optimizer is not None else 1


def _in_blocks(fit: Assignment, stream: Stream, subject: Subject) -> Assignment:
    """Return a fit of a few rows as that of all the rows of a stream."""
    spool = spooled(stream, subject, fit.loss, fit.network.dtype, fit.network.sizes[-1])
    seed = int(fit.random.randint(2**31 - 1)) if fit.plan.shuffle else 0
    rows = Spooled(spool, seed, stream.block_bytes)
    return replace(fit, order=order_of(np.arange(spool.chunks)), spooled=rows)


def _networks(
    params: Params, subject: Subject, found: Examples, earlier: Earlier | None
) -> list[Network]:
    """Return the network of each start."""
    ends = found.inputs.shape[1], found.targets.shape[1]
    networks = [
        subject.network([ends[0], *sizes, ends[1]], found.output, found.inputs.dtype)
        for sizes in subject.hidden_shapes()
    ]
    if earlier is not None:
        # the best of several shapes is where a warm start begins
        widths = [w.shape[1] for w in earlier.coefs]
        networks.sort(key=lambda one: list(one.sizes[1:]) != widths)
    hidden, starts = [one.n_layers > 1 for one in networks], params["n_starts"]
    of_starts = [networks[shape_of(start, starts, hidden)] for start in range(starts)]
    if earlier is not None:
        of_starts[0] = networks[0]
    return of_starts


def drawing(params: Params) -> Callable[[Network, np.random.RandomState], Vector]:
    """Return the function that draws first weights as an estimator's parameters say."""
    given = params["activation"]
    hidden = None if isinstance(given, list | tuple) else ACTIVATIONS.find(given)
    return partial(initial_weights, find_initializer(params["initializer"]), hidden)


def packed_weights(network: Network, earlier: Earlier) -> Vector:
    """Return the flat vector of an earlier fit's weights; ValueError if the layers are others."""
    shapes = [np.shape(w) for w in earlier.coefs]
    if shapes != list(zip(network.sizes, network.sizes[1:], strict=False)):
        raise ValueError(
            f"The weights of the last fit are for layers of {shapes}, but "
            "hidden_layer_sizes, X and y now ask "
            f"for {network}. Set warm_start=False to begin anew."
        )
    return network.pack(earlier.coefs, earlier.intercepts)


def regularisation(
    params: Params, network: Network, noise: Noise | None, method: ChosenMethod | None = None
) -> Regularisation:
    """Return what is added to a network's loss, and done to its gradient and inputs.

    A method that finds its own penalties leaves out those that were given.
    """
    solver = None if method is None else method.solver
    finds_its_own = solver is not None and Need.EVIDENCE in solver.needs
    return Regularisation(
        0.0 if finds_its_own else params["alpha"],
        0.0 if finds_its_own else params["alpha_l1"],
        params["clip_value"] or 0.0,
        params["clip_norm"] or 0.0,
        choices.dropout_rates(params["dropout"], network.n_layers - 1),
        noise=noise,
    )


def _split(
    params: Params,
    subject: Subject,
    found: Examples,
    given: Given,
    random: np.random.RandomState,
) -> tuple[Vector, Validation | None]:
    """Return the rows to train on, and the validation rows if there are any."""
    rows, dtype = np.arange(found.inputs.shape[0]), found.inputs.dtype
    # scikit-learn's "lbfgs" has no early stopping; who says what to monitor speaks our words
    as_theirs = isinstance(params["solver"], str) and params["solver"] == "lbfgs"
    can_stop = not as_theirs or params["monitor"] in ("val_loss", "score")
    if (given.X_val is None) != (given.y_val is None):
        has, missing = ("X_val", "y_val") if given.y_val is None else ("y_val", "X_val")
        raise ValueError(f"{has} is provided, but {missing} was not provided.")
    if given.X_val is None and given.sample_weight_val is not None:
        raise ValueError("sample_weight_val is provided, but X_val and y_val were not provided.")
    if given.X_val is not None:
        inputs, targets = subject.encode_more(given.X_val, given.y_val)
        weights = given.sample_weight_val
        if weights is not None:
            weights = row_weights(weights, inputs, dtype, "sample_weight_val")
        weights = subject.row_weights(given.y_val, weights)
    elif params["early_stopping"] and can_stop:
        rows, held = _put_aside(params, rows, subject.stratify(found.targets), random)
        aside = _taken(found, held)
        if aside.weights is not None and found.weights is not None:
            how = "another random_state or validation_fraction puts others aside"
            check_weights(found.weights[rows], how, "The rows left to train on")
            check_weights(aside.weights, how, "The rows held out for validation")
        inputs, targets, weights = aside.inputs, aside.targets, aside.weights
    else:
        if params["monitor"] in ("val_loss", "score"):
            raise ValueError(
                f"monitor={params['monitor']!r} needs validation rows: pass X_val and y_val to "
                "fit, or set "
                "early_stopping=True."
            )
        return rows, None
    table = make_table(inputs, targets, weights, dtype)
    return rows, Validation(table, inputs.shape[0], subject.score_of(table.targets, weights))


def _put_aside(
    params: Params, rows: Vector, classes: Any, random: np.random.RandomState
) -> tuple[Vector, Vector]:
    """Return the rows to train on and those to validate on, by lot."""
    # not at the top: it is slow to import
    from sklearn.model_selection import train_test_split

    rows, held = train_test_split(
        rows, random_state=random, test_size=params["validation_fraction"], stratify=classes
    )
    if len(held) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the "
            "size of your dataset."
        )
    return rows, held


def _taken(found: Examples, rows: Vector) -> Examples:
    """Return some of the rows."""
    weights = None if found.weights is None else found.weights[rows]
    return replace(found, inputs=found.inputs[rows], targets=found.targets[rows], weights=weights)


def _monitor(params: Params, validation: Validation | None) -> str:
    if params["monitor"] != "auto":
        return str(params["monitor"])
    return "score" if params["early_stopping"] and validation is not None else "loss"


def _rule(params: Params, monitor: str, earlier: Earlier | None) -> StoppingRule:
    rule = StoppingRule(monitor, params["tol"], params["n_iter_no_change"])
    if earlier is not None and len(earlier.history):
        standing = earlier.standing
        if standing.best_result is not None:
            rule.best, rule.flat_epochs = standing.best_result, standing.flat_epochs
    return rule


def _plan(
    params: Params, method: ChosenMethod, validation: Validation | None, incremental: bool
) -> Plan:
    monitor, steps = _monitor(params, validation), method.solver is None
    watched = validation is not None and monitor != "loss"
    given = params["restore_best"]
    return Plan(
        1 if incremental else params["max_iter"],
        choices.initial_rate(params),
        choices.learning_schedule({**params, "solver": method.given}) if steps else Constant(),
        watched if given == "auto" else bool(given),
        # a solver ends by its own tolerances
        not incremental and (steps or monitor != "loss"),
        params["shuffle"] and steps,
        incremental,
    )


def _gone_on(beginning: Beginning, earlier: Earlier | None, plan: Plan) -> Beginning:
    """Return a beginning with the optimizer and the learning rate of the last step."""
    if earlier is None or earlier.standing.optimizer is None:
        return beginning
    rate = None if plan.schedule.varies else earlier.standing.learning_rate
    return replace(beginning, optimizer=earlier.standing.optimizer, learning_rate=rate)
