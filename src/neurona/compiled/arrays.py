"""Where the numbers of an array lie, in the code of a primitive."""

from __future__ import annotations

from typing import Any


def numbers_of(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return the pointer to the first number of an array of some type."""
    # not needed until something is compiled, and a tenth of Numba's import
    from numba.np.arrayobj import make_array

    return make_array(kind)(context, builder, value).data
