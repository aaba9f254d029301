#!/bin/sh
# Makes the secrets of compose.yaml in ./secrets: fresh passwords and keys, never twice. The folder is closed to other accounts; the files in it
# are readable, because a container reads them under an account of its own.
#   sh src/buurtnet/local/secrets.sh [FOLDER]
set -eu
folder=${1:-secrets}
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

make() { # make NAME VALUE
    [ -e "$folder/$1" ] && return
    printf '%s\n' "$2" >"$folder/$1"
    chmod 444 "$folder/$1"
    echo "made $folder/$1"
}

make postgres_password "$(random)"
for role in owner web worker; do make "${role}_url" "postgresql://buurtnet_$role:$(random)@db/buurtnet"; done
key() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
make keys "k1 $(key)
index $(key)"
echo "Keep a copy of $folder/keys in a safe place, apart from the backups: without it, what is sealed stays sealed."
