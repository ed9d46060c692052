#!/bin/sh
# Runs once, when the database is made: the role of the application, which owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set password="$TOUCHLINE_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE touchline_app NOLOGIN;
CREATE ROLE touchline LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS IN ROLE touchline_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
