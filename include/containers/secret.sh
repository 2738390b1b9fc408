#!/bin/sh
# Print what a secret file holds, between two texts: secret.sh FILE [BEFORE [AFTER]]. For Airflow's AIRFLOW__…_CMD
# variables. A file that cannot be used is named, and nothing is printed: an empty Fernet key would mean no encryption.
file=$1
refuse() { echo "The secret file $file $1." >&2; exit 1; }
[ -e "$file" ] || refuse "is not there: make it, or correct its name"
[ -f "$file" ] || refuse "is no file"
[ -r "$file" ] || refuse "cannot be read by user $(id -u): give that user the right to"
secret=$(cat "$file")
[ -n "$secret" ] || refuse "is empty: write the secret into it"
printf '%s%s%s' "$2" "$secret" "$3"
