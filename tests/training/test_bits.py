"""The same seed gives the same bits, after every rebuilding and for any number of threads."""

import json

import pytest
from threadpoolctl import ThreadpoolController

from tests.training import bits

KNOWN = json.loads(bits.FILE.read_text())


@pytest.fixture(autouse=True, scope="module")
def blas_has_threads():
    """Sums of BLAS that is not held to one thread are others'."""
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        yield


@pytest.mark.parametrize("dtype", bits.DTYPES)
@pytest.mark.parametrize("case", list(bits.cases()))
def test_bits_are_those_of_before(case, dtype):
    hashes = {bits.hash_of(case, dtype, threads) for threads in bits.THREADS}
    assert len(hashes) == 1, "the bits depend on the number of threads"
    kept = KNOWN.get(bits.machine(), {}).get(f"{case} {dtype}")
    if kept is None:
        pytest.skip(f"no hash was kept for this machine ({bits.machine()})")
    assert hashes == {kept}


def test_every_case_was_kept_for_some_machine():
    wanted = {f"{case} {dtype}" for case in bits.cases() for dtype in bits.DTYPES}
    assert KNOWN
    for hashes in KNOWN.values():
        assert set(hashes) == wanted
