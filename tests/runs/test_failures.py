"""What the system says of a file becomes a sentence with what to do."""

import errno
import os

import pytest

from neurona.runs import Code, Run, Settings
from neurona.runs.failures import Failure, as_failure

SAID = {
    errno.ENOSPC: "make room, or name another place",
    errno.EDQUOT: "make room",
    errno.EFBIG: "name another place",
    errno.EACCES: "name another place",
    errno.EROFS: "name another place",
    errno.EEXIST: "a file stands where a folder is to be",
    errno.ENOTDIR: "a file stands where a folder is to be",
    errno.ENOENT: "there is no such folder",
    errno.EISDIR: "name a file",
    errno.EMFILE: "close some programs",
}


@pytest.mark.parametrize("number", SAID)
def test_each_error_of_the_system_says_what_to_do(number):
    failure = as_failure(OSError(number, os.strerror(number), "runs/a"))
    said = str(failure)
    assert failure.code is Code.INVALID and "\n" not in said
    assert said.startswith(f"'runs/a': {os.strerror(number)}; ") and SAID[number] in said


def test_what_the_system_says_otherwise_stays():
    assert str(as_failure(OSError(errno.EIO, os.strerror(errno.EIO)))) == os.strerror(errno.EIO)
    assert "internal error" in str(as_failure(ZeroDivisionError("division by zero")))


def test_a_file_in_the_place_of_a_folder(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n" + "1,2\n3,5\n" * 20)
    settings = Settings.of({"data.source": str(table), "run.out": str(table / "run")})
    with pytest.raises((OSError, Failure)) as error, Run(settings) as made:
        made.train()
    assert "a file stands where a folder is to be" in str(as_failure(error.value))
