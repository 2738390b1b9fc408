#!/bin/sh
# New secrets for the containers, in two steps: rotate_secrets.sh begin|end [FOLDER]. `begin` makes new ones beside the
# old, which stay in FOLDER/before until the next rotation (earlier backups need them); of Fernet keys Airflow then knows both, until `igny8 rotate-keys` has encrypted all
# anew. `end` lets it know the new one alone. PostgreSQL's superuser, the first user and the AI provider keep theirs.
# Cut off anywhere, each file holds the old secret or the new one, and the same step again ends it.
set -eu
step=${1:-}
folder=${2:-secrets}
rotated="airflow_database_password igny8_owner_password igny8_database_password redis_password airflow_secret_key airflow_jwt_secret"
refuse() { echo "$1" >&2; exit 1; }
put() { chmod 444 "$folder/.$1"; mv -f "$folder/.$1" "$folder/$1"; }
[ -s "$folder/airflow_fernet_key" ] || refuse "$folder holds no airflow_fernet_key: name the folder of the secrets."
case $step in
  begin)
    case $(cat "$folder/airflow_fernet_key") in
      *,*) refuse "A rotation is under way: start the containers anew, run \`igny8 rotate-keys\` in one, then: $0 end $folder" ;;
    esac
    [ -d "$folder/.new" ] || rm -rf "$folder/before" # else this step was cut off, and that is its own
    install -d -m 700 "$folder/before"
    sh "$(dirname "$0")/make_secrets.sh" "$folder/.new" >/dev/null
    for each in $rotated; do
      [ -e "$folder/before/$each" ] || cp -p "$folder/$each" "$folder/before/$each"
      cp "$folder/.new/$each" "$folder/.$each"
      put "$each"
    done
    cp -p "$folder/airflow_fernet_key" "$folder/before/airflow_fernet_key"
    # Last: while there is one key only, this step may be run again.
    printf '%s,%s\n' "$(cat "$folder/.new/airflow_fernet_key")" "$(cat "$folder/airflow_fernet_key")" > "$folder/.airflow_fernet_key"
    put airflow_fernet_key
    rm -rf "$folder/.new"
    echo "New secrets in $folder, the old ones in $folder/before. Start the containers anew, then run \`igny8 rotate-keys\` in one."
    ;;
  end)
    cut -d, -f1 "$folder/airflow_fernet_key" > "$folder/.airflow_fernet_key"
    put airflow_fernet_key
    rm -rf "$folder/.new"
    echo "Airflow knows the new Fernet key alone. Start the containers anew."
    ;;
  *) refuse "Say which step: $0 begin|end [FOLDER]" ;;
esac
