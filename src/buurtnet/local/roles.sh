#!/bin/sh
# Run once by the PostGIS image of compose.yaml, when its volume is new: database, roles and extensions, and the roles' passwords from the secrets.
set -eu
run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres "$@"; }

run --file=/buurtnet/roles.sql
for role in owner web worker; do
    url=$(cat "/run/secrets/${role}_url")
    password=${url#*://*:}
    run --set=role="buurtnet_$role" --set=password="${password%%@*}" <<'SQL'
alter role :"role" password :'password';
SQL
done
