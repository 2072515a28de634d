"""Shuffling the order of the rows, number for number as NumPy's `RandomState.shuffle` does, but
compiled.

NumPy has frozen the legacy generator (MT19937; M. Matsumoto and T. Nishimura, 1998), so an order
drawn here is the order that scikit-learn draws from the same seed, and the generator is handed back
in the same state.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.compiled.kernel import entry, kernel

WORDS = 624


@kernel
def twist(key):
    """Make the next 624 words of the generator."""
    low, high = np.uint32(0x7FFFFFFF), np.uint32(0x80000000)
    one, matrix = np.uint32(1), np.uint32(0x9908B0DF)
    # three runs in which no index wraps around, so that they vectorise
    for i in range(WORDS - 397):
        y = (key[i] & high) | (key[i + 1] & low)
        key[i] = key[i + 397] ^ (y >> one) ^ (matrix * (y & one))
    for i in range(WORDS - 397, WORDS - 1):
        y = (key[i] & high) | (key[i + 1] & low)
        key[i] = key[i + 397 - WORDS] ^ (y >> one) ^ (matrix * (y & one))
    y = (key[WORDS - 1] & high) | (key[0] & low)
    key[WORDS - 1] = key[396] ^ (y >> one) ^ (matrix * (y & one))


@kernel
def tempered(y):
    """Return the random bits of a word of the generator."""
    y ^= y >> np.uint32(11)
    y ^= (y << np.uint32(7)) & np.uint32(0x9D2C5680)
    y ^= (y << np.uint32(15)) & np.uint32(0xEFC60000)
    return y ^ (y >> np.uint32(18))


@kernel
def shuffled(order, key, position):
    """Shuffle in place (Fisher and Yates), drawing each place by masked rejection.

    A rejected draw swaps a place with itself: without a branch that nobody can predict it is
    faster.
    """
    last = order.size - 1
    mask = np.int64(0)
    while mask < last:
        mask = 2 * mask + 1
    p = position[0]
    while last > 0:
        while mask >> 1 >= last:
            mask >>= 1
        if p == WORDS:
            twist(key)
            p = np.int64(0)
        j = np.int64(tempered(key[p])) & mask
        p += 1
        accepted = j <= last
        j = j if accepted else last
        order[last], order[j] = order[j], order[last]
        last -= np.int64(accepted)
    position[0] = p


@entry
def shuffle(order, key, position, drawn):
    """Shuffle in place once for each row of `drawn`, which it is copied to; the answer means
    nothing.
    """
    # read in a row, which fetches it twice as fast as from place to place
    met = np.int64(0)
    for k in range(order.size):
        met ^= order[k]
    for i in range(drawn.shape[0]):
        shuffled(order, key, position)
        for k in range(order.size):
            drawn[i, k] = order[k]
    return met


class Shuffler:
    """Shuffles one array again and again from a `RandomState`; `close` hands the generator back.

    What was shuffled after `mark` is taken back by `back`.
    """

    def __init__(
        self, order: np.ndarray[Any, np.dtype[np.int64]], random: np.random.RandomState
    ) -> None:
        self.order = order
        self.random = random
        state: Any = random.get_state(legacy=False)
        self._state = state if state["bit_generator"] == "MT19937" and order.size < 2**32 else None
        if self._state:
            if not 0 <= self._state["state"]["pos"] <= WORDS or order.dtype != np.int64:
                raise ValueError("The generator's state is damaged, or the order is not int64.")
            self._key = state["state"]["key"].astype(np.uint32)
            self._position = np.array([state["state"]["pos"]], np.int64)
            self._itself = order.reshape(1, -1)
            self._shuffle = shuffle.at(order.dtype, order, self._key, self._position, self._itself)

    def shuffle(self) -> None:
        """Shuffle the order in place."""
        if self._state:
            self._shuffle(self.order, self._key, self._position, self._itself)
        else:
            self.random.shuffle(self.order)

    def draw(self, drawn: np.ndarray[Any, Any]) -> None:
        """Shuffle in place once for each row of an array of integers, one row behind the other in
        memory, which begins with the order after that.
        """
        if self._state:
            order, key, position = self.order, self._key, self._position
            shuffle.at(drawn.dtype, order, key, position, drawn)(order, key, position, drawn)
            return
        for row in drawn:
            self.random.shuffle(self.order)
            row[: self.order.size] = self.order

    def mark(self) -> None:
        """Remember the order and where the generator stands."""
        state: Any = None if self._state else self.random.get_state(legacy=False)
        own = (self._key.copy(), self._position.copy()) if self._state else None
        self._marked = self.order.copy(), own, state

    def back(self) -> None:
        """Go back to what was remembered."""
        self.order[:], own, state = self._marked
        if own is None:
            self.random.set_state(state)
        else:
            self._key[:], self._position[:] = own

    def close(self) -> None:
        """Bring the RandomState to where the shuffling has come."""
        if self._state:
            self._state["state"] = {"key": self._key, "pos": int(self._position[0])}
            self.random.set_state(self._state)


class Orders:
    """The orders of the rows in some epochs, drawn when they are asked for: the one that is there,
    shuffled again for each of them if there is a shuffler.

    >>> found = np.zeros((2, 4), np.int32)
    >>> Orders(np.arange(3), 2).draw(found)
    >>> found
    array([[0, 1, 2, 0],
           [0, 1, 2, 0]], dtype=int32)
    """

    def __init__(
        self,
        order: np.ndarray[Any, np.dtype[np.int64]],
        epochs: int,
        shuffler: Shuffler | None = None,
    ) -> None:
        self.order, self.epochs, self._shuffler = order, epochs, shuffler

    def draw(self, drawn: np.ndarray[Any, Any]) -> None:
        """Let each row of an array of integers begin with the order of the next epoch."""
        if self._shuffler:
            self._shuffler.draw(drawn)
        else:
            drawn[:, : self.order.size] = self.order

    def whole(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the orders of all epochs (epochs x rows)."""
        drawn = np.empty((self.epochs, self.order.size), np.int64)
        self.draw(drawn)
        return drawn
