#!/usr/bin/env bash
# Dumps the database into /backup on the host.
set -euo pipefail

docker run --rm \
  --network shop_default \
  -v /etc:/host-etc \
  -v /backup:/backup \
  -e PGPASSWORD="shop-db-pw-7Qx2" \
  postgres:16 \
  pg_dump -h db -U shop -f "/backup/shop-$(date +%F).sql" shop
