#!/bin/sh
# Starts nginx: `start.sh nginx.conf` (or demo.conf). All it writes, its cache included, lies in RUN_DIR, which is memory.
# What differs from place to place becomes values.conf; nginx itself reads no environment.
set -eu
configuration=$1
here=$(dirname -- "$0")
run=${RUN_DIR:-/tmp/nginx}
secrets=${SECRETS_DIR:-/run/secrets}

mkdir -p "$run"
cp "$here"/*.conf "$run/"

# The containers' own name server: after a restart, or one more of a kind, their addresses are others.
resolver=${RESOLVER:-$(awk '$1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2); exit }' /etc/resolv.conf)}

value() { printf 'map "" $%s { default "%s"; }\n' "$1" "$2"; }
{
  echo "resolver $resolver valid=2s ipv6=off;"
  echo "ssl_certificate $secrets/tls_certificate;"
  echo "ssl_certificate_key $secrets/tls_key;"
  echo "limit_req_zone \$binary_remote_addr zone=readers:10m rate=${REQUESTS_PER_SECOND:-100}r/s;"
  value editing "${EDITING_SERVER:-http://editing:8000}"
  value delivery "${DELIVERY_SERVER:-http://delivery:8001}"
  value newsletter "${NEWSLETTER_SERVER:-http://newsletter:8002}"
  value mails "${MAILS_SERVER:-http://mails:8025}"
  value partner_site "${PARTNER_SITE_SERVER:-http://partner-site:8080}"
  value s3 "${S3_SERVER:-http://seaweedfs:8333}"
  value public_bucket "${PUBLIC_BUCKET:-make-it-safe-public}"
} >"$run/values.conf"

exec nginx -e stderr -p "$run" -c "$run/$configuration" -g 'daemon off;'
