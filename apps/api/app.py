"""The application: routes below ``/api/v1``, headers, problems, and the worker that digitizes what is handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from apps.api import contract, problems
from apps.api.background import background
from apps.api.bodies import Bodies
from apps.api.faults import Faults
from apps.api.headers import SecurityHeaders
from apps.api.heads import Heads
from apps.api.routes import (
    acts,
    counter,
    desk,
    events,
    figures,
    files,
    jobs,
    links,
    oidc,
    papers,
    people,
    pictures,
    procedures,
    records,
    scans,
    session,
    signing,
    stream,
    tokens,
    types,
)
from apps.api.strict import only_what_is_taken
from apps.station import pages
from flows.desk.page_pictures import Pictures
from flows.services import Services

PREFIX = "/api/v1"


def create_app(services: Services, *, https: bool = False, worker: bool = True) -> FastAPI:
    """The app over these services.

    ``https``: cookies go over TLS only, and browsers are told so.
    ``worker``: what is handed in is digitized here, and agencies are told what happened; else a backlog and ``upkeep`` do it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.stopping = False
        working = background(services) if worker else ()
        for one in working:
            one.start()
        yield
        app.state.stopping = True
        for one in working:
            one.end()

    app = FastAPI(
        title="Sohoa",
        version="1",
        summary="Digitized papers: ask by person, number or words; get values with their evidence.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
        },  # addresses hold identifiers of persons
        generate_unique_id_function=lambda route: route.name,  # as generated clients call them
    )
    app.state.services = services
    app.state.pictures = Pictures()
    app.state.https = https
    for module in (
        records,  # the first that is looked through, because it is asked most
        session,
        oidc,
        tokens,
        files,
        pictures,
        acts,
        papers,
        desk,
        counter,
        scans,
        jobs,
        links,
        signing,
        events,
        stream,
        types,
        procedures,
        people,
        figures,
    ):
        app.include_router(module.router, prefix=PREFIX, dependencies=[Depends(only_what_is_taken)])
    pages.mount(app)
    app.add_middleware(Bodies, prefix=PREFIX)
    app.add_middleware(Faults)
    app.add_middleware(Heads)
    app.add_middleware(SecurityHeaders, https=https)
    problems.install(app)
    app.openapi = lambda: contract.contract(app)  # type: ignore[method-assign]
    return app
