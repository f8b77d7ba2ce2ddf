"""The partner's site as a program."""

import argparse
from pathlib import Path

from infra.local.partner_site.api import PartnerApi
from infra.local.partner_site.site import application
from infra.local.web.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="partner-site", description="Show the tools of Make-IT-Safe to visitors.")
    parser.add_argument("--api", required=True, help="address of the partner API")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--keys", type=Path, required=True, help="JSON file with the partner's api_key and webhook_secret"
    )
    arguments = parser.parse_args()
    serve(application(PartnerApi(arguments.api, keys=arguments.keys), keys=arguments.keys), arguments.port)


if __name__ == "__main__":
    main()
