"""Whatever call fails while a file is written, the old file or the new one is there, whole."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from neurona.files import atomic

OLD, NEW = b"old" * 1000, [b"new" * 1_000_000, b"", b"end"]
CALLS = ("open", "write", "fsync", "close", "replace", "fchmod")


class FailingOs:
    """The os module, except that its k-th call of those in CALLS fails."""

    def __init__(self, k: int, code: int) -> None:
        self.left, self.code = k, code

    def __getattr__(self, name):
        real = getattr(os, name)
        if name not in CALLS:
            return real

        def call(*arguments, **options):
            self.left -= 1
            if self.left == 0:
                if name == "close":
                    real(*arguments)
                raise OSError(self.code, os.strerror(self.code))
            if name == "write":
                arguments = (arguments[0], arguments[1][: max(1, len(arguments[1]) // 2)])
            return real(*arguments, **options)

        return call


def failures(monkeypatch, path, code):
    """Write with the first, second, ... call failing, until none does; yields after each."""
    k = 0
    while True:
        k += 1
        shim = FailingOs(k, code)
        with monkeypatch.context() as patch:
            patch.setattr(atomic, "os", shim)
            try:
                atomic.write_atomically(path, NEW)
            except OSError as error:
                yield error
            else:
                return


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
def test_every_call_may_fail(monkeypatch, tmp_path, code):
    path = tmp_path / "model.neurona"
    path.write_bytes(OLD)
    outcomes = []
    for error in failures(monkeypatch, path, code):
        assert error.errno == code and error.filename == str(path)
        outcomes.append(path.read_bytes())
        assert [entry.name for entry in tmp_path.iterdir()] == ["model.neurona"]
        path.write_bytes(OLD)
    new = b"".join(NEW)
    assert set(outcomes) == {OLD, new} and len(outcomes) > 10
    # only when the directory is flushed is the new file there already
    assert outcomes.index(new) >= len(outcomes) - 3
    assert path.read_bytes() == new


def test_a_file_that_does_not_verify_is_not_taken(tmp_path):
    path = tmp_path / "model"
    path.write_bytes(OLD)

    def verify(temporary):
        raise ValueError("not as written")

    with pytest.raises(ValueError, match="not as written"):
        atomic.write_atomically(path, NEW, verify)
    assert path.read_bytes() == OLD and len(list(tmp_path.iterdir())) == 1


def test_permissions_stay_and_links_are_followed(tmp_path):
    path, link = tmp_path / "model", tmp_path / "link"
    path.write_bytes(OLD)
    path.chmod(0o640)
    link.symlink_to(path)
    atomic.write_atomically(link, [b"x"])
    assert link.is_symlink() and path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_vanished_directory_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="while saving"):
        atomic.write_atomically(tmp_path / "gone" / "model", [b"x"])


def test_a_directory_in_place_of_the_file_is_said(tmp_path):
    (tmp_path / "model").mkdir()
    with pytest.raises(OSError, match="while saving"):
        atomic.write_atomically(tmp_path / "model", [b"x"])
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_what_is_no_file_is_written_into_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    (tmp_path / "link").symlink_to(pipe)
    try:
        for path in (pipe, tmp_path / "link"):
            atomic.write_atomically(path, [b"one", b"two"])
            assert os.read(reader, 100) == b"onetwo" and stat.S_ISFIFO(os.stat(pipe).st_mode)
    finally:
        os.close(reader)
    atomic.write_atomically(os.devnull, [b"gone"])
    assert not os.path.isfile(os.devnull) and sorted(os.listdir(tmp_path)) == ["link", "pipe"]
