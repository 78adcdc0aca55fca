#!/usr/bin/env bash
# Runs once, when the database folder is new: an account that owns the application's database,
# migrates it, and makes the limited account under which the application works.
set -euo pipefail

password=$(cat /run/secrets/nadooit_password)
psql --set ON_ERROR_STOP=1 --set password="$password" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE nadooit LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB CREATEROLE;
CREATE DATABASE nadooit OWNER nadooit;
REVOKE ALL ON DATABASE nadooit FROM PUBLIC;
SQL
