"""Shuffling the order of the rows as scikit-learn's linear models do, from a seed of 32 bits.

G. Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003) 14: the generator with the
shifts 13, 17, 5. Every shuffle begins at the same seed again and permutes the order that the last
one left.
"""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import kernel

MASK = np.int64(0xFFFFFFFF)
LOW_BITS = np.int64(0x7FFFFFFF)


@kernel
def next_word(word):
    """Return the word after this one; both are integers of 32 bits, kept in 64."""
    word ^= (word << np.int64(13)) & MASK
    word ^= word >> np.int64(17)
    word ^= (word << np.int64(5)) & MASK
    return word


@kernel
def shuffle(order, seed):
    """Shuffle in place (Fisher and Yates); a seed of 0 is taken as 1."""
    word = seed if seed != 0 else np.int64(1)
    size = order.size
    for i in range(size - 1):
        word = next_word(word)
        # a division of 32 bits is faster
        j = i + np.int64(np.uint32(word & LOW_BITS) % np.uint32(size - i))
        order[i], order[j] = order[j], order[i]
