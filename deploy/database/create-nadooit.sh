#!/usr/bin/env bash
# Runs once, when the database folder is new: an account for the application that owns its database and nothing else.
set -euo pipefail

password=$(cat /run/secrets/nadooit_password)
psql --set ON_ERROR_STOP=1 --set password="$password" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE nadooit LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE nadooit OWNER nadooit;
REVOKE ALL ON DATABASE nadooit FROM PUBLIC;
SQL
