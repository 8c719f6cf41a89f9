/** For tests: a Compose file that uses most of what there is, in the forms in which people write it. */

export const SAMPLE = `# A shop
name: shop
x-logging: &logging
  logging: {driver: json-file, options: {max-size: 10m, max-file: "3"}}
x-env: &env
  TZ: UTC
  DEBUG: "false"
services:
  web:
    <<: *logging
    image: nginx:\${NGINX_TAG:-1.29}
    ports: ["80:80", 127.0.0.1:443:443, {target: 9000, published: "9000", protocol: tcp}]
    volumes:
      - ./nginx.conf:/etc/nginx/nginx.conf:ro
      - type: bind
        source: /var/log
        target: /logs
        read_only: true
        bind: {propagation: rslave}
      - cache:/cache
    depends_on: {api: {condition: service_healthy, restart: true}}
    read_only: true
    tmpfs: [/run, "/tmp:size=64m"]
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true", seccomp=unconfined]
    ulimits: {nofile: {soft: 1024, hard: 2048}, nproc: 100}
    networks: [front]
  api:
    build:
      context: ./api
      dockerfile: Dockerfile
      target: prod
      args: {VERSION: 1, TOKEN:}
      secrets: [npm]
    environment: {<<: *env, DATABASE_URL: "postgres://app:\${DB_PASSWORD:?}@db/app"}
    env_file: [{path: ./api.env, required: false}]
    user: "\${UID:-1000}:1000"
    command: ["node", "server.js"]
    healthcheck: {test: ["CMD", "curl", "-f", "http://localhost"], interval: 10s, retries: 3}
    deploy:
      replicas: 2
      resources: {limits: {cpus: "0.5", memory: 512M, pids: 100}, reservations: {memory: 64M}}
      restart_policy: {condition: on-failure}
    secrets: [db, {source: npm, target: npmrc, mode: 0400}]
    configs: [app]
    post_start: [{command: ./migrate, user: root, privileged: false}]
    profiles: [dev]
    networks: {front: {aliases: [api]}, back: {ipv4_address: 10.0.0.2}}
    develop: {watch: [{path: ./api, action: sync, target: /app}]}
    extra_hosts: ["host.docker.internal:host-gateway"]
    sysctls: {net.core.somaxconn: 1024}
    labels: [traefik.enable=true]
    gpus: all
    devices: ["/dev/kvm:/dev/kvm:rwm"]
  db:
    image: postgres:17
    network_mode: "service:api"
    pid: host
    volumes_from: ["web:ro"]
    privileged: true
    mem_limit: 1g
    pids_limit: -1
    expose: ["5432", 5433]
volumes:
  cache: {driver: local, driver_opts: {type: none, o: bind, device: /srv/cache}}
  data: {external: true}
  plain:
networks:
  front: {driver: bridge, ipam: {config: [{subnet: 10.0.0.0/24}]}}
  back: {internal: true}
secrets:
  db: {file: ./db.txt}
  npm: {environment: NPM_TOKEN}
configs:
  app: {content: "a=b"}
`;
