"""How does a small site listen? The standard library's WSGI server with a thread per request: enough on loopback."""

import signal
import threading
from socketserver import ThreadingMixIn
from types import FrameType
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import WSGIApplication

from infra.local.places import LOOPBACK


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Handler(WSGIRequestHandler):
    timeout = 30

    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: who reads what is nobody's business."""


def listening(application: WSGIApplication, port: int, *, host: str = LOOPBACK) -> WSGIServer:
    return make_server(host, port, application, server_class=_Server, handler_class=_Handler)


def serve(application: WSGIApplication, port: int, *, host: str = LOOPBACK) -> None:
    """Answer until SIGTERM or SIGINT."""
    server = listening(application, port, host=host)

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()  # it waits for the loop below, so not from within it

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with server:
        server.serve_forever(poll_interval=0.2)
