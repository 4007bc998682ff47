"""The services put together: archive, index, signer and trust, made from the settings when they are first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flows.settings import Settings
from schemas.errors import UsageError

if TYPE_CHECKING:
    from flows.keys.rest import Rest
    from flows.keys.signers import Ask, Signatory
    from pipeline.sign import Signer, SignOptions, Trust
    from storage.accounts import Accounts
    from storage.agencies import Agencies
    from storage.archive import Archive
    from storage.audit import AuditLog
    from storage.desk import Desk
    from storage.encryption import Vault
    from storage.index.index import Index
    from storage.once import Once
    from storage.outbox import Outbox
    from storage.persons import Persons
    from storage.queue import Lease, Queue
    from storage.seals import Sealing
    from storage.slots import Slots
    from storage.stores.protocol import Store
    from storage.tries import Tries
    from storage.wrapping import Wrapping


_WRITE = 300.0
"""Seconds after which a place at the S3 server is another's, should its holder have died."""


class Services:
    """Everything that a flow needs besides the paper. Each process makes its own; the settings are what travels.

    Secrets belong to it, not to the process: those that the settings hold, and ``ask``, which asks a person for a one-time
    password. Two of them with two tokens work side by side in one process.
    """

    def __init__(self, settings: Settings, ask: Ask | None = None) -> None:
        self.settings = settings
        self._ask = ask

    def __reduce__(self) -> tuple[Callable[[Settings], Services], tuple[Settings]]:
        return services_of, (self.settings,)

    @property
    def home(self) -> Path:
        """Where the embedded parts live."""
        return self.settings.home

    @cached_property
    def archive(self) -> Archive:
        """The archive; raises an Unreachable.

        The embedded one is made on first use; any other place must have been declared (``sohoa archive init``), so that
        a disk that is not mounted is never mistaken for an empty archive.
        """
        return self.open_archive(create=self.embedded)

    @property
    def embedded(self) -> bool:
        """Whether the archive is the home's own folder."""
        return self.settings.archive.folder is None and self.settings.archive.s3 is None

    def open_archive(self, *, create: bool) -> Archive:
        """Open, or declare, the archive; raises an Unreachable."""
        from flows.settings.retention import retention
        from storage.archive import Archive

        store = self._store(create=create)
        sealing = self._sealing()
        return Archive(store, create=create, vault=self.vault, retention=retention, sealing=sealing)

    @cached_property
    def vault(self) -> Vault | None:
        """The keys of all objects; None where nothing is encrypted. Raises KeyUnavailable, UsageError."""
        if (master := self._master()) is None:
            return None
        from storage.encryption import Vault
        from storage.stores.opening import open_store

        return Vault(open_store(self.home / "keys", create=True), master)

    @property
    def encrypted(self) -> bool:
        """Whether documents are encrypted before they are stored."""
        chosen = self.settings.archive
        return chosen.master_key is not None or chosen.master_token is not None

    def _sealing(self) -> Sealing:
        """The archive's key, and the log that its seals and the versions are noted in."""
        from storage.authenticity import sealing_with
        from storage.seals import load_key

        chosen = self.settings.archive.seal_key
        key = load_key(chosen or self.home / "seal.pem", create=chosen is None)
        return sealing_with(key, lambda: self.audit)

    def _master(self) -> Wrapping | None:
        """What wraps the keys of encrypted objects, None where nothing is encrypted."""
        file, hsm = self.settings.archive.master_key, self.settings.archive.master_token
        if file is None and hsm is None:
            return None
        from storage.wrapping import TokenKey, read_master

        if hsm is None:
            assert file is not None
            return read_master(file)
        if file is not None:
            raise UsageError("archive.master_key and archive.master_token: one of the two")
        return TokenKey(hsm.module, hsm.pin.get_secret_value(), key=hsm.key, token=hsm.token)

    def _store(self, *, create: bool) -> Store:
        from storage.stores.limited import Limited
        from storage.stores.opening import open_store
        from storage.stores.s3_options import S3Options

        chosen = self.settings.archive
        if chosen.s3 is not None:
            options = dict(chosen.s3)
            if (limit := options.pop("at_once")) is None:
                return open_store(S3Options(**options))
            place = partial(self.slots.held, "s3", of=limit, seconds=_WRITE)
            return cast("Store", Limited(open_store(S3Options(**options)), place))
        return open_store(chosen.folder or self.home / "archive", create=create)

    @cached_property
    def index(self) -> Index:
        """The index, brought up to date; raises IndexUnreachable."""
        from storage.index.index import Index
        from storage.index.keyed import digest_with

        url, full_text = self.settings.index.url, self.settings.index.full_text
        where = self.home / "index.sqlite" if url is None else url.get_secret_value()
        keyed = self.encrypted and not full_text
        return Index(where, full_text=full_text, digest=digest_with(self._index_key) if keyed else None)

    def _index_key(self) -> bytes:
        assert self.vault is not None
        return self.vault.key_for("index")

    @cached_property
    def queue(self) -> Queue:
        """The ledger of what is to be done, in the database of the index; raises IndexUnreachable."""
        from storage.queue import Queue

        return Queue(self.index.engine)

    @cached_property
    def slots(self) -> Slots:
        """Places in what all machines share, and which runs are alive."""
        from storage.slots import Slots

        return Slots(self.index.engine)

    def under(self, lease: Lease | None) -> Services:
        """The same services for the holder of a lease: once another worker has the job, nothing is committed (LeaseLost)."""
        if lease is None:
            return self
        return cast("Services", _Leased(self, self.archive.fenced(partial(self.queue.require, lease))))

    def follow(self, document_id: str, version: int) -> None:
        """Let the index know the newest version of a document, where a run that was killed could not tell it."""
        known = self.index.get(document_id)
        if known is None or known.version != version:
            self.index.add(*self.archive.current(document_id))

    @cached_property
    def audit(self) -> AuditLog:
        """The log of who looked at what; ``flows.door`` writes it."""
        from storage.audit import AuditLog

        witness = self.settings.archive.witness or self.home / "audit-witness.jsonl"
        return AuditLog(self.index.engine, self.archive, witness)

    @cached_property
    def accounts(self) -> Accounts:
        """The local store of users."""
        from storage.accounts import Accounts

        return Accounts(self.index.engine)

    @cached_property
    def tries(self) -> Tries:
        """Wrong passwords and assertions of the last minutes."""
        from storage.tries import Tries

        return Tries(self.index.engine)

    @cached_property
    def agencies(self) -> Agencies:
        """Agencies that ask through the API."""
        from storage.agencies import Agencies

        return Agencies(self.index.engine)

    @cached_property
    def outbox(self) -> Outbox:
        """What happened to records, to be told to other systems."""
        from storage.outbox import Outbox

        return Outbox(self.index.engine)

    @cached_property
    def once(self) -> Once:
        """Keys of requests that must be done once."""
        from storage.once import Once

        return Once(self.index.engine)

    @cached_property
    def persons(self) -> Persons:
        """What officers decided on numbers of persons."""
        from storage.persons import Persons
        from storage.reasons import Reasons

        return Persons(self.index.engine, self.index.digest, Reasons(self.vault))

    @cached_property
    def desk(self) -> Desk:
        """Claims and drafts of the station."""
        from storage.desk import Desk

        return Desk(self.index.engine)

    @cached_property
    def signatories(self) -> tuple[Signatory, ...]:
        """Who signs a copy, in this order; raises UsageError when something is missing in the settings."""
        from flows.keys.signers import signatories_of

        return signatories_of(self.settings, self._ask)

    @property
    def signer(self) -> Signer | None:
        """Who signs last of the signatories; None when nobody does."""
        return self.signatories[-1].signer if self.signatories else None

    @cached_property
    def sign_options(self) -> SignOptions:
        """Level, time-stamping authority and trust for signing."""
        from pipeline.sign import SignOptions

        chosen = self.settings.signer
        return SignOptions(level=chosen.level, tsa=chosen.tsa, trust=self.trust)

    @cached_property
    def signing_rest(self) -> Rest:
        """Whether to ask key and authority, or to leave them alone for a moment."""
        from flows.keys.rest import Rest

        return Rest()

    @cached_property
    def trust(self) -> Trust:
        """Whom we believe when verifying."""
        from pipeline.sign import Trust

        chosen = self.settings.trust
        return Trust(
            chosen.roots,
            chosen.intermediates,
            chosen.fetch,
            private=chosen.private,
            purposes=frozenset(chosen.purposes),
        )


class _Leased:
    """Services with another archive; everything else, keys and connections among it, is theirs."""

    def __init__(self, services: Services, archive: Archive) -> None:
        self._services, self.archive = services, archive

    def __getattr__(self, name: str) -> Any:
        return getattr(self._services, name)


@cache
def services_of(settings: Settings) -> Services:
    """The one services of this process with these settings."""
    return Services(settings)
