"""A connection that has become a WebSocket: uvicorn's protocol on `websockets`, imported when one first comes."""

from __future__ import annotations

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# What a client is told when the server leaves (RFC 6455, 7.4.1).
_GOING_AWAY = 1001


class SocketConnection(WebSocketsSansIOProtocol):
    """Closes with "going away" at the end of the server, where uvicorn's own says "service restart"."""

    def __init__(self, **wiring: Any) -> None:
        super().__init__(**wiring)
        # It would write addresses into the log, and they hold keys.
        self.logger.setLevel(logging.WARNING)

    def shutdown(self) -> None:
        """Tell the client that the server leaves."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": _GOING_AWAY})
            self.conn.send_close(_GOING_AWAY)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
            return
        super().shutdown()
