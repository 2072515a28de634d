"""From the single neuron up: units, gates, Boolean functions, and learning by Hebb's rule.

| name | what it is |
|---|---|
| `ThresholdUnit`, `BiasUnit` | a neuron with a threshold, with a bias; any activation |
| `McCullochPitts` | the unit of 1943, with inputs that forbid all |
| `gate` | AND, OR, NAND, NOR, NOT with exact weights |
| `boolean_function`, `realise` | a truth table; the fewest units that are it, with proof |
| `separability` | can a plane separate two classes? with proof |
| `HebbianMemory`, `oja` | what Hebb's rule can store; its form that keeps its length |

`neurona.Perceptron` and `neurona.Adaline` are estimators, beside the networks.
"""

from __future__ import annotations

from neurona.neuron.boolean import BooleanFunction, boolean_function
from neurona.neuron.decision_line import DecisionLine
from neurona.neuron.gates import gate
from neurona.neuron.hebb import HebbianMemory, Storage
from neurona.neuron.mcculloch_pitts import McCullochPitts
from neurona.neuron.network import TwoLayerNetwork
from neurona.neuron.oja import OjaResult, oja
from neurona.neuron.realise import Realisation, realise
from neurona.neuron.separability import Inseparable, Separable, separability
from neurona.neuron.truth_table import TruthTable
from neurona.neuron.units import BiasUnit, ThresholdUnit

__all__ = [
    "BiasUnit",
    "BooleanFunction",
    "DecisionLine",
    "HebbianMemory",
    "Inseparable",
    "McCullochPitts",
    "OjaResult",
    "Realisation",
    "Separable",
    "Storage",
    "ThresholdUnit",
    "TruthTable",
    "TwoLayerNetwork",
    "boolean_function",
    "gate",
    "oja",
    "realise",
    "separability",
]
