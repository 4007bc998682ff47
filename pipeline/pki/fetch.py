"""Asking the addresses that certificates name (OCSP, CRL), so that nobody's certificate makes us ask where we should not.

A path is built and its signatures are checked from the trusted root downwards before anything is asked, so an address always
stands in a certificate that a trusted CA issued; issuers' certificates are never fetched, since nobody vouches for their address.
Only http and https, only public addresses (looked at after connecting, before anything is sent) unless private ones are
allowed (behind a proxy, that is the proxy's affair), no redirect, few requests, few bytes, a time for the whole answer.
"""

from __future__ import annotations

import ipaddress
import time
from asyncio import to_thread
from collections.abc import AsyncGenerator, Awaitable, Iterable
from typing import TYPE_CHECKING, Any

import requests
from pyhanko_certvalidator.fetchers import CertificateFetcher, FetcherBackend, Fetchers
from pyhanko_certvalidator.fetchers.api import FetchLimits
from pyhanko_certvalidator.fetchers.common_utils import FetchBudget
from pyhanko_certvalidator.fetchers.requests_fetchers.crl_client import RequestsCRLFetcher
from pyhanko_certvalidator.fetchers.requests_fetchers.ocsp_client import RequestsOCSPFetcher
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

REQUESTS = 40
"""Requests for one validation; a path of four certificates takes eight."""

ANSWER = 32 << 20
"""Bytes of one answer; the largest CRLs of public CAs have some ten megabytes."""

_CHUNK = 1 << 16


def _is_public(address: str) -> bool:
    """Whether everybody means the same machine by an IP address.

    >>> _is_public("203.162.4.190"), _is_public("10.0.0.7"), _is_public("127.0.0.1"), _is_public("::ffff:192.168.1.1")
    (True, False, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_global and not found.is_multicast)


class _Public:
    """A connection that is given up, before anything is sent, when it leads to a private address."""

    def _new_conn(self) -> Any:
        socket = super()._new_conn()  # type: ignore[misc]
        if not _is_public(socket.getpeername()[0]):
            socket.close()
            raise NewConnectionError(self, "a private address")  # type: ignore[arg-type]
        return socket


class _Http(_Public, HTTPConnection):
    pass


class _Https(_Public, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def ask(url: str, data: bytes | None, headers: dict[str, str], *, timeout: float, private: bool) -> bytes:
    """The body of the answer to a GET, or to a POST of ``data``; raises requests.RequestException."""
    with requests.Session() as session:
        if not private:
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Adapter())
        end = time.monotonic() + timeout
        method = "GET" if data is None else "POST"
        with session.request(
            method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code != 200:
                raise requests.RequestException(f"status {answer.status_code}")
            body = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                body += chunk
                if len(body) > ANSWER or time.monotonic() > end:
                    raise requests.RequestException("too long an answer")
            return bytes(body)


class _Answer:
    def __init__(self, content: bytes) -> None:
        self.content = content


class _Limited:
    """Replaces how pyHanko's clients reach the network."""

    private = False
    user_agent: str
    per_request_timeout: float

    def _get(self, url: str, *, acceptable_content_types: Iterable[str]) -> Awaitable[_Answer]:
        return self._ask(url, None, {"Accept": ",".join(acceptable_content_types)})

    def _post(
        self, url: str, data: bytes, *, content_type: str, acceptable_content_types: Iterable[str]
    ) -> Awaitable[_Answer]:
        accepted = ",".join(acceptable_content_types)
        return self._ask(url, data, {"Accept": accepted, "Content-Type": content_type})

    def _ask(self, url: str, data: bytes | None, headers: dict[str, str]) -> Awaitable[_Answer]:
        def task() -> _Answer:
            given = {**headers, "User-Agent": self.user_agent}
            return _Answer(ask(url, data, given, timeout=self.per_request_timeout, private=self.private))

        return to_thread(task)


class _Ocsp(_Limited, RequestsOCSPFetcher):  # type: ignore[misc]
    pass


class _Crl(_Limited, RequestsCRLFetcher):  # type: ignore[misc]
    pass


class _NoCertificates(CertificateFetcher):
    """Certificates come with the file or by configuration."""

    async def _none(self) -> AsyncGenerator[Certificate, None]:
        return
        yield

    def fetch_cert_issuers(self, cert: Any) -> AsyncGenerator[Certificate, None]:  # noqa: ARG002
        return self._none()

    def fetch_crl_issuers(self, certificate_list: Any) -> AsyncGenerator[Certificate, None]:  # noqa: ARG002
        return self._none()

    def fetched_certs(self) -> Iterable[Certificate]:
        return ()


class LimitedFetchers(FetcherBackend):
    """Where pyHanko gets OCSP answers and CRLs. ``timeout`` is seconds for each whole answer; ``private`` allows private addresses."""

    def __init__(self, timeout: float, *, private: bool) -> None:
        self._timeout, self._private = timeout, private

    def get_fetchers(self) -> Fetchers:
        """Clients with a new budget."""
        budget = FetchBudget(FetchLimits(max_requests=REQUESTS))
        ocsp = _Ocsp(per_request_timeout=self._timeout, budget=budget)
        crl = _Crl(per_request_timeout=self._timeout, budget=budget)  # type: ignore[no-untyped-call]
        ocsp.private = crl.private = self._private
        return Fetchers(ocsp_fetcher=ocsp, crl_fetcher=crl, cert_fetcher=_NoCertificates())

    async def close(self) -> None:
        """Nothing stays open."""
