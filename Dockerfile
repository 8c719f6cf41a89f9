# The gate as an image: one process without root, without capabilities, on a read-only file system.
#   docker build -t plimsoll-gate .
# examples/gate/compose.yaml runs it.

ARG NODE=node:26.10-bookworm-slim
# The stage that holds /app; another image may take its place where there is no npm registry.
ARG BUILT=build

FROM ${NODE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.ts \
 && mkdir /app \
 && cp -r bin dist package.json /app/

FROM ${BUILT} AS built

FROM ${NODE}
COPY --from=built /app /app
USER 65532:65532
ENTRYPOINT ["node", "/app/bin/plimsoll.js", "gate"]
