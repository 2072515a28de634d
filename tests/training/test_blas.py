"""L-BFGS holds BLAS to one thread, and gives the threads back."""

from __future__ import annotations

import pytest
from threadpoolctl import ThreadpoolController

from neurona.training.blas import one_blas_thread


def blas_threads() -> list[int]:
    info = ThreadpoolController().select(user_api="blas").info()
    return [library["num_threads"] for library in info]


def test_the_last_of_several_gives_the_threads_back():
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = blas_threads()
        first, second = one_blas_thread(), one_blas_thread()
        first.__enter__()
        second.__enter__()
        assert set(blas_threads()) == {1}
        first.__exit__(None, None, None)
        assert set(blas_threads()) == {1}
        second.__exit__(None, None, None)
        assert blas_threads() == before


def test_an_error_gives_them_back_too():
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = blas_threads()
        with pytest.raises(KeyboardInterrupt), one_blas_thread():
            raise KeyboardInterrupt
        assert blas_threads() == before
