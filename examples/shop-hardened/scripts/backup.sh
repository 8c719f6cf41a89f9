#!/usr/bin/env bash
# Dumps the database into /backup on the host.
set -euo pipefail

docker run --rm \
  --network shop_default \
  --user 999:999 \
  --cap-drop ALL \
  --security-opt no-new-privileges:true \
  --read-only \
  --memory 256m --cpus 1 --pids-limit 50 \
  -v /backup:/backup \
  -v "$PWD/secrets/pgpass:/run/secrets/pgpass:ro" \
  -e PGPASSFILE=/run/secrets/pgpass \
  postgres:16.6-bookworm \
  pg_dump -h db -U shop -f "/backup/shop-$(date +%F).sql" shop
