#!/bin/sh
# Make the secret files that docker-compose.yaml mounts, those that are missing: make_secrets.sh [FOLDER]. The folder is
# closed to other people of this machine; containers get the files one by one, so they must be readable by their users.
set -eu
folder=${1:-secrets}
install -d -m 700 "$folder"
make() {
  name=$1
  shift
  [ -s "$folder/$name" ] && { echo "$name: kept"; return; }
  rm -f "$folder/$name"
  "$@" | tr '+/' '-_' > "$folder/.$name"
  chmod 444 "$folder/.$name"
  mv "$folder/.$name" "$folder/$name"
  echo "$name: made"
}
for each in postgres_password airflow_database_password igny8_owner_password igny8_database_password redis_password; do
  make "$each" openssl rand -hex 24
done
make airflow_secret_key openssl rand -hex 64
make airflow_jwt_secret openssl rand -hex 64
make airflow_fernet_key openssl rand -base64 32  # with - and _ for + and /, as Fernet wants it
make igny8_airflow_password openssl rand -hex 12
make igny8_metrics_token openssl rand -hex 32
[ -s "$folder/igny8_ai_api_key" ] || echo "igny8_ai_api_key: write the AI provider's key into $folder/igny8_ai_api_key"
