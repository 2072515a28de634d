"""A cluster as we use it: which one it is, who works there, and whether they are still there."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass

import dask
from distributed import Client, default_client
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker

from neurona.dask_engine.part import installed
from neurona.errors import ClusterError, IncompatibleError

LOST = (CancelledError, KilledWorker, CommClosedError, TimeoutError)
"""How Dask says that a worker, or what it held, is gone."""
WAIT_SECONDS = 60.0
"""So long new workers are waited for where all have died."""


@dataclass(frozen=True)
class Cluster:
    """The workers behind a client."""

    client: Client

    @staticmethod
    def of(client: Client | None) -> Cluster:
        """Return the cluster of a client, or of the one in force.

        IncompatibleError if there is none, ClusterError if it has no workers.
        """
        found = Cluster(client or _in_force())
        if not found.threads():
            raise ClusterError(
                "The Dask cluster has no workers. Start one (`dask worker ADDRESS`), or wait for "
                "those that are coming (`client.wait_for_workers(1)`)."
            )
        return found

    def threads(self) -> dict[str, int]:
        """Return the workers' addresses, and how many threads each has."""
        try:
            found: dict[str, int] = self.client.nthreads()
        except (*LOST, OSError) as error:
            raise _gone(error) from error
        return found

    def check_versions(self) -> None:
        """IncompatibleError for a worker without this version of neurona."""
        own = installed()
        try:
            found = self.client.run(installed, on_error="return")
        except (*LOST, OSError):
            return  # the first question finds out
        for worker, version in found.items():
            if version != own:
                said = f"neurona {version}" if isinstance(version, str) else f"none ({version})"
                raise IncompatibleError(
                    f"The worker {worker} has {said}, and this process neurona {own}: sums of "
                    "different versions do not belong together; install the same everywhere."
                )

    def wait(self) -> None:
        """Wait until there is a worker; ClusterError if none comes."""
        if self.threads():
            return
        try:
            self.client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except (*LOST, OSError) as error:
            raise ClusterError(
                f"All workers of the Dask cluster are gone, and none came back within "
                f"{WAIT_SECONDS:.0f} s. Start one (`dask worker ADDRESS`), and go on from the last "
                "checkpoint, or fit again."
            ) from error


def _in_force() -> Client:
    try:
        return default_client()
    except ValueError:
        pass
    address = dask.config.get("scheduler-address", None)
    if address is None:
        raise IncompatibleError(
            "engine='dask' needs a cluster: make a client first (`from distributed import Client; "
            "client = Client(ADDRESS)`, or `Client()` for this machine), or set "
            "DASK_SCHEDULER_ADDRESS."
        )
    try:
        return Client(address)
    except (OSError, TimeoutError) as error:
        raise ClusterError(f"No Dask scheduler answers at {address}.") from error


def refuse_unreadable(error: Exception) -> None:
    """Raise IncompatibleError for a worker's error that says it has no such module, as Dask says it
    of a message that could not be read.
    """
    said = str(error)
    if isinstance(error, ModuleNotFoundError) or "ModuleNotFoundError" in said:
        raise IncompatibleError(
            f"A worker of the Dask cluster cannot read what it was sent ({said}): modules with "
            "activations and losses of one's own must be there, too; send a file with "
            "`client.upload_file`, or install them."
        ) from error


def _gone(error: Exception) -> ClusterError:
    return ClusterError(f"The scheduler of the Dask cluster does not answer any more ({error}).")
