#!/bin/sh
# Makes a database for each deployable, owned by a user of its own who can enter no other. Run by the image of PostgreSQL
# when it starts on an empty volume; names and passwords are those of the addresses in the secrets.
set -eu

for deployable in cms transcoder newsletter; do
  url=$(cat "/run/secrets/${deployable}_database_url")
  authority=${url#postgresql://}
  authority=${authority%%@*}
  user=${authority%%:*}
  password=${authority#*:}
  database=${url##*/}
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set user="$user" --set password="$password" --set database="$database" <<'SQL'
CREATE ROLE :"user" LOGIN PASSWORD :'password';
CREATE DATABASE :"database" OWNER :"user" ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SQL
done
