"""The partner's site as a program."""

import argparse
import ssl
from pathlib import Path

import httpx

from infra.local.partner_site.api import TIMEOUT_S, PartnerApi
from infra.local.partner_site.site import application
from infra.local.places import LOOPBACK
from infra.local.web.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="partner-site", description="Show the tools of Make-IT-Safe to visitors.")
    parser.add_argument("--api", required=True, help="address of the partner API")
    parser.add_argument("--host", default=LOOPBACK, help="where to listen (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", default="", help="certificate that vouches for the API, if no public authority does")
    parser.add_argument(
        "--keys", type=Path, required=True, help="JSON file with the partner's api_key and webhook_secret"
    )
    arguments = parser.parse_args()
    trusted = ssl.create_default_context(cafile=arguments.ca) if arguments.ca else True
    client = httpx.Client(timeout=TIMEOUT_S, trust_env=False, verify=trusted)
    api = PartnerApi(arguments.api, keys=arguments.keys, client=client)
    serve(application(api, keys=arguments.keys), arguments.port, host=arguments.host)


if __name__ == "__main__":
    main()
