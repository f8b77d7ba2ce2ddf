#!/bin/bash
# Does nginx answer? Asked within its container, on a port that leads nowhere else.
exec 3<>/dev/tcp/127.0.0.1/8099 && printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3 && grep -q '^HTTP/1.1 200' <&3
