"""A fault of ours is answered here, and goes no further: who runs the app would write all of it into the log, personal data too."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.api.problems import fault

logger = logging.getLogger("sohoa")


class Faults:
    """Answers 500 to what nobody expected, and logs its kind alone; all of it where the log is to be verbose."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception as error:
            if scope["type"] != "http":
                raise
            logger.exception(
                "unexpected %s", type(error).__name__, exc_info=logger.isEnabledFor(logging.DEBUG)
            )
            if not begun:
                await fault()(scope, receive, send)
