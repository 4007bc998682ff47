"""Several machines on one host: network and process namespaces, a real Prefect server and its workers, PostgreSQL.

A machine has a network, a host name and a process table of its own; to kill it is to kill everything that runs in it, as a
power cut does. The host plays systemd (``Restart=always``, ``supervise``) and nothing else. Needs root.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from threading import Event, Thread

import psycopg

from flows.services import Services
from flows.settings import load_settings
from tests.storage.servers import free_port, run

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


def wait_until(true: Callable[[], object], seconds: float = 600, every: float = 0.5) -> None:
    """Wait for something to come about."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(every)
    raise AssertionError("never came about")


@dataclass
class Machine:
    """One machine with a Prefect worker."""

    cluster: Cluster
    name: str
    number: int
    worker: str = ""
    instead: Path | None = None
    """A folder of Python modules that it finds in place of ours."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """Its own disk."""
        return self.cluster.folder / self.name

    @property
    def _link(self) -> str:
        return f"{self.cluster.bridge}{self.number}"

    def plug_in(self) -> None:
        """Its network, made on first use."""
        space = f"{self.cluster.bridge}-{self.name}"
        near, far = self._link, f"{self._link}p"
        _ip("netns", "add", space)
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", space)
        _ip("link", "set", near, "master", self.cluster.bridge, "up")
        _ip("-n", space, "addr", "add", f"{self.cluster.net}.0.{self.number + 1}/16", "dev", far)
        _ip("-n", space, "link", "set", far, "up")
        _ip("-n", space, "link", "set", "lo", "up")

    def cut(self) -> None:
        """The cable is pulled."""
        _ip("link", "set", self._link, "down")

    def mend(self) -> None:
        """The cable is back."""
        _ip("link", "set", self._link, "up")

    def start(self) -> None:
        """Switch it on: its worker starts."""
        self.home.mkdir(exist_ok=True)
        alone = "unshare --pid --uts --fork --kill-child --mount-proc".split()
        command = f"hostname {self.name}; exec {quote(str(BIN / 'prefect'))} worker start --pool sohoa --limit 1 --name {self.worker or self.name}"
        with (self.home / "worker.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", f"{self.cluster.bridge}-{self.name}", *alone, "sh", "-c", command],
                env={
                    **self.cluster.environment(self.cluster.net + ".0.1"),
                    "SOHOA_HOME": str(self.home / "sohoa"),
                }
                | {"PREFECT_HOME": str(self.home / "prefect"), "TMPDIR": str(self.home)}
                | ({} if self.instead is None else {"PYTHONPATH": str(self.instead)}),
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 of everything on it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        wait_until(lambda: not self.processes(""), 60, 0.1)

    @property
    def runs(self) -> bool:
        """Whether it is switched on."""
        return self._process is not None and self._process.poll() is None

    def processes(self, holding: str) -> list[int]:
        """Processes on it whose command line holds this, the oldest first."""
        found = []
        mine = f"SOHOA_HOME={self.home / 'sohoa'}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (
                    mine in (entry / "environ").read_bytes()
                    and holding.encode() in (entry / "cmdline").read_bytes()
                ):
                    found.append(int(entry.name))
        return sorted(found)

    def flows(self) -> list[int]:
        """Processes of flow runs."""
        return self.processes("prefect.engine")

    def unplug(self) -> None:
        """Away with it."""
        if self.runs:
            self.kill()
        _ip("netns", "del", f"{self.cluster.bridge}-{self.name}", check=False)


@dataclass
class Cluster:
    """PostgreSQL, Prefect's server, machines; one archive that all of them see."""

    folder: Path
    bridge: str
    net: str
    port: int = field(default_factory=lambda: free_port(1))
    database_port: int = field(default_factory=lambda: free_port(1))
    machines: list[Machine] = field(default_factory=list)
    _rescue: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        """The settings of all machines."""
        return self.folder / "sohoa.toml"

    def environment(self, host: str = "127.0.0.1") -> dict[str, str]:
        """What every process of the cluster has."""
        quiet = dict(
            line.split("=", 1)
            for line in (ROOT / "deploy/prefect.env").read_text().splitlines()
            if line[:1] not in {"#", ""}
        )
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SOHOA_", "PREFECT_"))}
        return {
            **kept,
            **{name: value.strip("'") for name, value in quiet.items()},
            "PREFECT_API_URL": f"http://{host}:{self.port}/api",
            "SOHOA_CONFIG": str(self.config),
            "SOHOA_INDEX__URL": f"postgresql://postgres@{host}:{self.database_port}/postgres",
            "PATH": f"{BIN}:{kept['PATH']}",
        }

    def start(self, settings: str = "") -> None:
        """Database, server, archive, deployments."""
        self.folder.chmod(0o755)
        _ip("link", "add", self.bridge, "type", "bridge")
        _ip("addr", "add", f"{self.net}.0.1/16", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")
        self.start_database()
        with self.sql("postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE prefect")
        self.start_server()
        archive = self.folder / "archive"
        archive.mkdir(exist_ok=True)
        key = self.folder / "seal.pem"
        self.config.write_text(f'[archive]\nfolder = "{archive}"\nseal_key = "{key}"\n{settings}')
        self.config.chmod(0o600)
        subprocess.run(
            ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key)], check=True, capture_output=True
        )
        key.chmod(0o600)
        self.sohoa("archive", "init")
        self.sohoa("deploy")

    def start_rescue(self) -> None:
        """The service that starts dead runs again."""
        with (self.folder / "rescue.log").open("ab") as log:
            self._rescue = subprocess.Popen(
                [str(BIN / "sohoa"), "deploy", "--rescue"],
                env={**self.environment(), "SOHOA_HOME": str(self.folder / "host")},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    @contextmanager
    def supervise(self) -> Iterator[None]:
        """Start workers again that ended by themselves, as their unit says, until the block ends."""
        end = Event()

        def look() -> None:
            while not end.wait(1):
                for machine in self.machines:
                    if not machine.runs:
                        machine.start()

        thread = Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()

    def start_database(self) -> None:
        """PostgreSQL, with what it knew."""
        with _environment(LISTEN=f"{self.net}.0.1"):
            run("postgresql", "start", str(self.folder / "pg"), str(self.database_port))

    def kill_database(self) -> None:
        """At once."""
        run("postgresql", "kill", str(self.folder / "pg"))

    def start_server(self) -> None:
        """Prefect's server, with what it knew."""
        database = f"postgresql+asyncpg://postgres@127.0.0.1:{self.database_port}/prefect"
        with _environment(HOST="0.0.0.0"):
            run("prefect", "start", str(self.folder / "server"), str(self.port), database)

    def kill_server(self) -> None:
        """kill -9."""
        run("prefect", "kill", str(self.folder / "server"))

    def machine(self, name: str, worker: str = "", instead: Path | None = None) -> Machine:
        """One more machine, plugged in and switched on."""
        machine = Machine(self, name, len(self.machines) + 1, worker, instead)
        self.machines.append(machine)
        machine.plug_in()
        machine.start()
        return machine

    def sohoa(self, *arguments: str) -> str:
        """A command on the host."""
        done = subprocess.run(
            [str(BIN / "sohoa"), *arguments],
            check=False, capture_output=True, text=True, timeout=300, cwd=self.folder,
            env={**self.environment(), "SOHOA_HOME": str(self.folder / "host")},
        )  # fmt: skip
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def prefect(self, *arguments: str) -> str:
        """A command of Prefect's on the host."""
        return self._run(f"{BIN}/prefect", *arguments)

    def python(self, program: str) -> str:
        """A program on the host that may talk to Prefect's server."""
        return self._run(sys.executable, "-c", program)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=300, env=self.environment()
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def services(self) -> Services:
        """Archive, index, ledger as the host sees them."""
        with _environment(
            SOHOA_CONFIG=str(self.config),
            SOHOA_INDEX__URL=self.environment()["SOHOA_INDEX__URL"],
            SOHOA_HOME=str(self.folder / "host"),
        ):
            return Services(load_settings())

    def sql(self, database: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to one of the databases."""
        address = f"postgresql://postgres@127.0.0.1:{self.database_port}/{database}"
        return psycopg.connect(address, autocommit=autocommit)

    def stop(self) -> None:
        """Everything."""
        if self._rescue is not None:
            self._rescue.kill()
            self._rescue.wait()
        for machine in self.machines:
            with suppress(Exception):
                machine.mend()
            machine.unplug()
        with suppress(Exception):
            run("prefect", "stop", str(self.folder / "server"))
        with suppress(Exception):
            run("postgresql", "stop", str(self.folder / "pg"))
        _ip("link", "del", self.bridge, check=False)


@contextmanager
def cluster(settings: str = "") -> Iterator[Cluster]:
    """A cluster that is gone afterwards. Its folder is none of pytest's: PostgreSQL's account may not enter those."""
    number = os.getpid() % 200 + 20
    with TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder), f"sh{number}", f"10.{number}")
        try:
            made.start(settings)
            yield made
        finally:
            made.stop()


def signal_all(processes: list[int], number: int = signal.SIGKILL) -> None:
    """Send it; who is gone already is gone."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=check, capture_output=True)
