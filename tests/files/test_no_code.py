"""Loading runs nothing: Python's own audit hook sees no import, no compilation, no process."""

from __future__ import annotations

import json
import pathlib
import resource
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FORBIDDEN = (
    "exec", "compile", "import", "marshal", "pickle", "subprocess", "os.system", "os.exec",
    "os.fork", "os.posix_spawn", "os.spawn", "ctypes", "socket", "code.__new__", "urllib",
)  # fmt: skip
EVIL = ("os.system", "builtins.eval", "__import__('os')", "subprocess.Popen", "cos\nsystem\n(S'x'")
MEMORY = 512 << 20


def hostile_files(content: bytes) -> list[bytes]:
    """Return files that say EVIL names, or make the reader reserve memory, in every place."""
    from tests.files.forge import HOSTILE, forge, places, put_together, take_apart

    files = []
    header, document, data = take_apart(content)
    for place in range(len(places(document))):
        for bad in (*EVIL, *(HOSTILE[place % len(HOSTILE) :: 7])):
            header, document, data = take_apart(content)
            holder, key = places(document)[place]
            holder[key] = bad  # type: ignore[index]
            files.append(put_together(header, document, data))
    files += [forge(name) for name in EVIL]
    start = files[0][8 : files[0].index(b',"kind"')].decode()
    files.append(forge(start + ',"kind":"model","document":"' + "[" * 5_000_000))
    files.append(forge(start + ',"kind":"' + "x" * 15_000_000 + '"}}'))
    return files


def watch() -> None:
    """Load every hostile file under the hook and a limit of memory; print what was seen."""
    from neurona import FormatError, MLPClassifier
    from neurona.files import load, save

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model"
        model = MLPClassifier(random_state=0, hidden_layer_sizes=(3,))
        save(model.partial_fit([[0.0], [1.0]], ["a", "b"], classes=["a", "b"]), path)
        load(path)
        files = hostile_files(path.read_bytes())
        seen: list[str] = []
        watching = True

        def hook(event: str, arguments: object) -> None:
            if watching and event.startswith(FORBIDDEN):
                seen.append(f"{event} {arguments!r:.200}")

        sys.addaudithook(hook)
        now = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * 4096
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
        refused = 0
        for content in files:
            path.write_bytes(content)
            try:
                load(path)
            except FormatError:
                refused += 1
        watching = False
        print(json.dumps({"files": len(files), "refused": refused, "seen": seen[:20]}))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and limits memory")
def test_hostile_files_run_no_code_and_take_little_memory():
    result = subprocess.run(
        [sys.executable, "-m", "tests.files.test_no_code"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["seen"] == []
    assert report["files"] > 500 and report["refused"] > 0.7 * report["files"]


if __name__ == "__main__":
    watch()
