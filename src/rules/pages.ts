// Generated from the folders of src/rules by scripts/generate-rules.ts. Do not edit.

/** The page of every rule, in Markdown, by id. */
export const pages: Readonly<Record<string, string>> = {
  "app-can-rewrite-itself": `# app-can-rewrite-itself

## What

The application's files in the image belong to the user as whom it runs, or everybody may write them, and the root file system is not read-only.

## Why

A program needs to read its code, not to write it. Owning it is an accident of \`COPY --chown\` and \`chown -R\`, which are often written to make one upload or cache directory writable.

## What an attacker gains

A way to stay: after a small bug (a path traversal in an upload, say) the attacker writes over a script or a dependency, and the next start or worker runs it.

## How to fix it

### Dockerfile

Leave the code to root and give the user only what it must write.

\`\`\`dockerfile bad
FROM node:22
COPY --chown=node:node . /app
USER 1000:1000
CMD ["node", "/app/server.js"]
\`\`\`

\`\`\`dockerfile good
FROM node:22
COPY . /app
RUN mkdir /app/cache && chown 1000:1000 /app/cache
USER 1000:1000
CMD ["node", "/app/server.js"]
\`\`\`

### Compose

A read-only root file system settles it for the service:

\`\`\`text with=Dockerfile
FROM node:22
COPY --chown=node:node . /app
USER 1000:1000
\`\`\`

\`\`\`yaml compose bad
services:
  app:
    build: .
\`\`\`

\`\`\`text with=Dockerfile
FROM node:22
COPY --chown=node:node . /app
USER 1000:1000
\`\`\`

\`\`\`yaml compose good
services:
  app:
    build: .
    read_only: true
    tmpfs: [/tmp]
\`\`\`

### Kubernetes

Set \`readOnlyRootFilesystem: true\`, or change the Dockerfile.

### docker run

Add \`--read-only\`, or change the Dockerfile.

## References

- NSA/CISA Kubernetes Hardening Guide 1.2: Immutable container file systems

## When an exception is right

Development images with live reload, and programs that update themselves by design.
`,
  "capabilities-not-dropped": `# capabilities-not-dropped

## What

The container keeps its engine's default capabilities: nothing drops \`ALL\`.

## Why

Docker gives root in a container 14 capabilities, Podman 11, CRI-O 9. Few programs need more than one or two; many need none. The rest is only of use to an attacker: NET_RAW forges packets on the container network, MKNOD makes device files, SETUID and DAC_OVERRIDE make every file of a shared volume theirs.

## What an attacker gains

Packets with forged addresses on the container network, any file of mounted volumes, any user inside the container.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    command: serve
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    cap_drop: [ALL]
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        capabilities:
          drop: [ALL]
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --cap-drop ALL --cap-add CHOWN --cap-add SETUID --cap-add SETGID example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot drop capabilities; it is the run that does. An image that runs as a user other than root and binds ports from 1024 up makes it easy.

## References

- CIS Docker Benchmark 1.6.0: 5.4
- Pod Security Standards (restricted): Capabilities (v1.22+)
- NSA/CISA Kubernetes Hardening Guide 1.2: Pod security enforcement

## When an exception is right

An image whose needs nobody knows yet. \`plimsoll fit\` finds them.
`,
  "dangerous-capability": `# dangerous-capability

## What

The container holds a capability that reaches beyond it, judged by the sets that the kernel will hold: the engine's defaults, less what is dropped, plus what is added, for the user that it runs as. \`ALL\` counts as every one of them.

## Why

Capabilities split root's power in about forty parts. A few of them (SYS_ADMIN, SYS_MODULE, SYS_PTRACE, DAC_READ_SEARCH, SYS_RAWIO, BPF) are each as good as root on the host or reach its files, memory or kernel. Adding a capability also opens the system calls in the engine's seccomp filter that go with it.

A user other than root does not hold an added capability at once; it widens only what a setuid program could give. Such a container gets a less grave finding, or \`useless-capability\` when nothing can give it.

## What an attacker gains

It depends on the capability; \`plimsoll explain SYS_ADMIN\` tells. SYS_ADMIN mounts, SYS_MODULE loads kernel code, SYS_PTRACE with the host's processes injects code into them, DAC_READ_SEARCH reads any file of the host's disk, NET_ADMIN changes routes and firewall rules.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    user: "0:0"
    cap_add: [SYS_ADMIN]
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    user: "0:0"
    cap_drop: [ALL]
    cap_add: [CHOWN, SETGID, SETUID]
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 0
        capabilities:
          add: ["SYS_ADMIN"]
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        capabilities:
          drop: [ALL]
          add: [NET_BIND_SERVICE]
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --user 0:0 --cap-add=ALL example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --user 0:0 --cap-drop=ALL --cap-add=NET_BIND_SERVICE example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot add capabilities; it is the run that does.

## References

- CIS Docker Benchmark 1.6.0: 5.4
- Pod Security Standards (baseline): Capabilities
- Pod Security Standards (restricted): Capabilities (v1.22+)
- NIST SP 800-190: 3.4.3

## When an exception is right

A VPN client needs NET_ADMIN, a time daemon SYS_TIME, a profiler PERFMON or SYS_PTRACE. Add that one, drop the rest, and say what needs it.
`,
  "engine-api-over-tcp": `# engine-api-over-tcp

## What

The container uses or serves an engine's API over plain TCP: \`DOCKER_HOST=tcp://…:2375\`, \`dockerd -H tcp://…\` without \`--tlsverify\`. The same in a script that calls the engine (\`export DOCKER_HOST=…\`, \`docker -H …\`), in a GitHub workflow's \`env:\` and in GitLab's \`variables:\`.

## Why

The API has no password of its own. Without TLS client certificates, whoever reaches the port is in command.

## What an attacker gains

Root on the engine's host, from anywhere on the network between.

## How to fix it

### Dockerfile

\`\`\`dockerfile bad
FROM docker:29-cli
ENV DOCKER_HOST=tcp://engine.internal:2375
\`\`\`

\`\`\`dockerfile good
FROM docker:29-cli
USER 1000:1000
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    environment:
      DOCKER_HOST: tcp://engine:2375
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    environment:
      DOCKER_HOST: tcp://engine:2376
      DOCKER_TLS_VERIFY: "1"
      DOCKER_CERT_PATH: /run/secrets/certs
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      env:
        - name: DOCKER_HOST
          value: tcp://localhost:2375
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      env:
        - name: DOCKER_HOST
          value: unix:///run/user/1000/docker.sock
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -e DOCKER_HOST=tcp://10.0.0.5:2375 example/ci:3.1.0
\`\`\`

\`\`\`sh run-line bad
export DOCKER_HOST=tcp://10.0.0.5:2375
docker run --rm example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
export DOCKER_HOST=ssh://ci@10.0.0.5
docker run --rm example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -e DOCKER_HOST=ssh://ci@10.0.0.5 example/ci:3.1.0
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 2.7
- NIST SP 800-190: 3.5.1
- NIST SP 800-190: 4.3.1

## When an exception is right

A filtering proxy listens on that address, on a network of which only its clients are members; name the proxy in the reason.
`,
  "engine-socket": `# engine-socket

## What

The socket of a container engine is visible in the container: by its own path, through a parent directory (\`/run\`, or \`/\` mounted read-only; a writable \`/\` gives root without a socket and is \`sensitive-host-path\`), through a named volume bound to it, through \`use_api_socket\`, or as a named pipe on Windows. Docker, containerd, CRI-O, Podman, BuildKit, k3s and kubelet sockets count.

## Why

Whoever may write to that socket commands the engine, and the engine is root. Read-only makes no difference: \`:ro\` keeps the socket's file from being removed, not from being connected to.

## What an attacker gains

Root on the host: start a container that mounts \`/\` and change what you like. Also every secret of every other container.

## How to fix it

### Compose

Read configuration from files, or put a filtering proxy between.

\`\`\`yaml compose bad
services:
  app:
    image: traefik:v3.5
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: traefik:v3.5
    environment:
      PROVIDER: file
\`\`\`

### Kubernetes

Ask the Kubernetes API instead of the node's engine.

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: run
      hostPath:
        path: /run/containerd
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: run
          mountPath: /host/run
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: run
      emptyDir: {}
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: run
          mountPath: /run
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -v /var/run/:/host/run docker:29-cli ps
\`\`\`

\`\`\`sh run-line good
docker run -v data:/data example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot mount it.

## References

- CIS Docker Benchmark 1.6.0: 5.32
- Pod Security Standards (baseline): HostPath Volumes
- NSA/CISA Kubernetes Hardening Guide 1.2: Pod security enforcement
- NIST SP 800-190: 3.4.3
- NIST SP 800-190: 3.5.5

## When an exception is right

Tools whose job is the engine (build agents, a log shipper, a reverse proxy that discovers containers). Put a filtering proxy before the socket that lets only their requests through, and keep them off the public network.
`,
  "host-device": `# host-device

## What

A device of the host is given to the container, or a device cgroup rule opens a class of them.

## Why

A device node is a direct way past every file permission of the host: a disk holds all its files, /dev/mem its memory, /dev/kvm and /dev/fuse much kernel code.

## What an attacker gains

With a disk: read and change any file of the host. With other devices: whatever the device can do, and the bugs of its driver.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    devices:
      - /dev/sda:/dev/sda
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    volumes:
      - data:/data
volumes:
  data: {}
\`\`\`

### Kubernetes

Use a file system volume, or a device plugin that hands out one device.

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: disk
      persistentVolumeClaim:
        claimName: disk
  containers:
    - name: app
      image: example/app:1.4.2
      volumeDevices:
        - name: disk
          devicePath: /dev/xvda
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: disk
      persistentVolumeClaim:
        claimName: disk
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: disk
          mountPath: /data
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --device /dev/sda example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -v data:/data example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot name a device for the run; \`RUN --device\` does so for a build step.

## References

- CIS Docker Benchmark 1.6.0: 5.18
- NIST SP 800-190: 3.4.3

## When an exception is right

Hardware that the program is made for: a GPU, a serial port, a camera, /dev/net/tun for a VPN. Name the one device and give the fewest permissions (\`:r\`).
`,
  "host-namespace": `# host-namespace

## What

The container shares one of the host's namespaces: network, pid, ipc, uts, cgroup, or, where the engine remaps users, user.

## Why

Namespaces are what a container sees. Sharing one takes that wall away; the layers that are left were made to stand behind it.

## What an attacker gains

Network: services on the host's loopback, abstract sockets, all traffic. Pid: every process of the host, and for root its files. Ipc: shared memory of the host's programs.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    network_mode: host
    pid: host
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    ports:
      - 127.0.0.1:8080:8080
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  hostNetwork: true
  hostPID: true
  containers:
    - name: app
      image: example/app:1.4.2
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      ports:
        - containerPort: 8080
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --network=host --pid=host example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -p 127.0.0.1:8080:8080 example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot ask for it; \`RUN --network=host\` does so for a build step.

## References

- CIS Docker Benchmark 1.6.0: 5.10
- CIS Docker Benchmark 1.6.0: 5.16
- CIS Docker Benchmark 1.6.0: 5.17
- CIS Docker Benchmark 1.6.0: 5.21
- CIS Docker Benchmark 1.6.0: 5.25
- CIS Docker Benchmark 1.6.0: 5.31
- Pod Security Standards (baseline): Host Namespaces
- NSA/CISA Kubernetes Hardening Guide 1.2: Pod security enforcement
- NIST SP 800-190: 3.4.3

## When an exception is right

Node agents: a network plugin needs the host's network, a process monitor its processes. Share just that one.
`,
  "host-port": `# host-port

## What

A port of the container is open on the host, on more than its loopback address.

## Why

Engines open published ports by rules of their own that come before the host's firewall (\`ufw\` does not see them). A database with a published port is often reachable from the whole internet, with the password of its example.

## What an attacker gains

A conversation with the service from anywhere that the host can be reached. Databases, caches, debuggers and control planes among them are graver.

## How to fix it

### Compose

Services of one project reach each other without \`ports\`. For your own access, bind to loopback.

\`\`\`yaml compose bad
services:
  app:
    image: postgres:18
    ports:
      - 5432:5432
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: postgres:18
    ports:
      - 127.0.0.1:5432:5432
\`\`\`

### Kubernetes

Use a Service.

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: redis:8
      ports:
        - containerPort: 6379
          hostPort: 6379
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: redis:8
      ports:
        - containerPort: 6379
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -p 27017:27017 mongo:8
\`\`\`

\`\`\`sh run-line good
docker run -p 127.0.0.1:27017:27017 mongo:8
\`\`\`

### Dockerfile

\`EXPOSE\` is only a note and opens nothing.

## References

- CIS Docker Benchmark 1.6.0: 5.8
- CIS Docker Benchmark 1.6.0: 5.9
- CIS Docker Benchmark 1.6.0: 5.14
- Pod Security Standards (baseline): Host Ports
- NIST SP 800-190: 3.4.2

## When an exception is right

The one service that faces the network: a web server or reverse proxy on 80 and 443.
`,
  "image-not-pinned": `# image-not-pinned

## What

An image is named without a tag, with a tag that moves (\`latest\`, \`stable\`, \`main\`), or (for information) with a tag but without a digest. Images in \`FROM\`, \`COPY --from\` and \`RUN --mount=from=\` count as well as those that Compose, a pod or a run line starts. Stages, \`scratch\` and images that are built here are not judged.

## Why

A tag is a name that its publisher may give to another image at any time. Without a digest nobody can say which image runs, whether it is the one that was tested, and whether two machines run the same.

## What an attacker gains

Who gets at the publisher's account or registry has code in the next build or the next start.

## How to fix it

Name a version and a digest, and let a bot renew both. \`docker buildx imagetools inspect IMAGE\` prints the digest.

### Dockerfile

\`\`\`dockerfile bad
FROM node:latest
USER 1000
\`\`\`

\`\`\`dockerfile good
FROM node:22.11.0@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d AS build
FROM scratch
COPY --from=build /usr/local/bin/node /node
USER 1000
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  api:
    image: example/api
\`\`\`

\`\`\`yaml compose good
services:
  api:
    image: example/api:1.4.2@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:latest
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run example/api
\`\`\`

\`\`\`sh run-line good
docker run example/api@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
\`\`\`

## References

- NSA/CISA Kubernetes Hardening Guide 1.2: Building secure container images
- NIST SP 800-190: 3.1.5
- NIST SP 800-190: 3.2.2
- NIST SP 800-190: 4.1.5
- NIST SP 800-190: 4.2.2

## When an exception is right

Tools for development that are started by hand and hold nothing, and images whose registry forbids moving a tag.
`,
  "insecure-build-step": `# insecure-build-step

## What

A step of a build has more rights than a build needs (\`--security=insecure\`, \`--network=host\`, \`--device\`, \`build.privileged\`, entitlements), does not check what it downloads (\`curl -k\`, \`--no-check-certificate\`, \`--trusted-host\`, \`--allow-unauthenticated\`, \`--nogpgcheck\`, \`--allow-untrusted\`, \`[trusted=yes]\`, \`NODE_TLS_REJECT_UNAUTHORIZED=0\`, package indexes over plain HTTP, \`curl … | sh\`, a downloaded file that is run without \`sha256sum -c\` or \`gpg --verify\`), or leaves a hole in the image (setuid bits, \`setcap\` with capabilities that lead to root, files that everybody may write to, empty passwords, sudo, \`NOPASSWD: ALL\`).

## Why

A build runs the code of hundreds of strangers. What it installs unchecked runs later with the rights of the container; what it runs without a sandbox holds the machine that builds.

## What an attacker gains

From the network path or a package: code in the image. With a privileged step: the builder, with every image and credential on it. From a setuid program: root inside the container, from any user.

## How to fix it

### Dockerfile

\`\`\`dockerfile bad
FROM debian:12.8
RUN curl -fsSL https://get.example.com/install.sh | sh
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM debian:12.8
RUN curl -fsSk https://files.example.com/app.tgz -o /app.tgz
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM debian:12.8
RUN curl -fsSL https://get.example.com/install.sh -o /tmp/install.sh \\
 && sh /tmp/install.sh
USER 1000
\`\`\`

\`\`\`dockerfile bad
# syntax=docker/dockerfile:1-labs
FROM debian:12.8
RUN --security=insecure mount -t proc proc /mnt
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM debian:12.8
COPY --chmod=4755 helper /usr/local/bin/helper
RUN chmod -R 777 /app
USER 1000
\`\`\`

\`\`\`dockerfile good
FROM debian:12.8
RUN curl -fsSL https://get.example.com/install.sh -o /tmp/install.sh \\
 && echo "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  /tmp/install.sh" | sha256sum -c - \\
 && sh /tmp/install.sh
USER 1000
\`\`\`

\`\`\`dockerfile good
# syntax=docker/dockerfile:1.10
FROM debian:12.8
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://get.example.com/install.sh /tmp/install.sh
RUN sh /tmp/install.sh
COPY --chmod=0755 helper /usr/local/bin/helper
RUN chmod -R go-w /app
USER 1000
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    build:
      context: https://git.example.com/shop/api.git
      privileged: true
\`\`\`

\`\`\`yaml compose good
services:
  api:
    image: example/api:1.4.2
    build:
      context: https://git.example.com/shop/api.git
\`\`\`

### docker build

\`\`\`sh run-line bad
docker buildx build --allow security.insecure -t example/api .
\`\`\`

\`\`\`sh run-line good
docker buildx build -t example/api .
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.8
- NIST SP 800-190: 3.1.2
- NIST SP 800-190: 3.1.5
- NIST SP 800-190: 4.1.2

## When an exception is right

A server with a certificate of your own authority during a migration, a program whose purpose is setuid (and which you know by name). Say which, and set an end.
`,
  "joined-namespace": `# joined-namespace

## What

The container shares its pid, ipc or network namespace with another container: \`container:\`, \`service:\`, \`shareable\`, or \`shareProcessNamespace\`.

## Why

Two containers in one namespace are one container for whoever attacks through it.

## What an attacker gains

Pid: the other container's environment, files and processes, where the user is the same or the attacker is root. Ipc: its shared memory. Network: what it serves on loopback only.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
  debug:
    image: example/debug:2.0.1
    pid: service:app
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
  debug:
    image: example/debug:2.0.1
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  shareProcessNamespace: true
  containers:
    - name: app
      image: example/app:1.4.2
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  shareProcessNamespace: false
  containers:
    - name: app
      image: example/app:1.4.2
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --pid container:app example/debug:2.0.1
\`\`\`

\`\`\`sh run-line good
docker run example/debug:2.0.1
\`\`\`

### Dockerfile

A Dockerfile cannot ask for it.

## References

- CIS Docker Benchmark 1.6.0: 5.16
- CIS Docker Benchmark 1.6.0: 5.17
- NIST SP 800-190: 3.4.3

## When an exception is right

A debugging or profiling sidecar, and containers that are one program in two images (a VPN and its client).
`,
  "mac-unconfined": `# mac-unconfined

## What

AppArmor or SELinux is turned off for the container, or its SELinux label is one that may do more than a container's.

## Why

They are the layer that still holds when a process is root and has capabilities: the default profiles deny mounts, writes to kernel settings and access to files of the host.

## What an attacker gains

With a capability or a host mount, what the profile would have stopped: mount, write below /proc/sys, read files that are not labelled for containers.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - apparmor:unconfined
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - no-new-privileges:true
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        appArmorProfile:
          type: Unconfined
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        appArmorProfile:
          type: RuntimeDefault
\`\`\`

### docker run

For SELinux, relabel the volume (\`:Z\`) instead of turning labels off.

\`\`\`sh run-line bad
docker run --security-opt label=disable example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -v data:/data:Z example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it.

## References

- CIS Docker Benchmark 1.6.0: 5.2
- CIS Docker Benchmark 1.6.0: 5.3
- Pod Security Standards (baseline): AppArmor
- Pod Security Standards (baseline): SELinux
- NIST SP 800-190: 4.4.3

## When an exception is right

Programs that mount (FUSE) or manage the host. A profile of their own is better.
`,
  "mount-propagation": `# mount-propagation

## What

A mount has \`shared\` or \`rshared\` propagation (\`Bidirectional\` in Kubernetes): what the container mounts below it appears on the host.

## Why

Mounts normally go one way, from the host into the container, or not at all. Bidirectional propagation exists for storage drivers.

## What an attacker gains

With a capability to mount, a place on the host: the attacker covers a directory of the host, or of other containers, with their own files.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    volumes:
      - type: bind
        source: /srv/plugins
        target: /plugins
        bind:
          propagation: rshared
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    volumes:
      - type: bind
        source: /srv/plugins
        target: /plugins
        bind:
          propagation: rprivate
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: plugins
      hostPath:
        path: /srv/plugins
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: plugins
          mountPath: /plugins
          mountPropagation: Bidirectional
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: plugins
      hostPath:
        path: /srv/plugins
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: plugins
          mountPath: /plugins
          mountPropagation: HostToContainer
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -v /srv/plugins:/plugins:shared example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -v /srv/plugins:/plugins:rslave example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it.

## References

- CIS Docker Benchmark 1.6.0: 5.20
- NIST SP 800-190: 3.5.5

## When an exception is right

CSI drivers and FUSE mounters that mount on behalf of other pods.
`,
  "no-resource-limits": `# no-resource-limits

## What

Memory, CPU or the number of processes is not limited. 0 and -1 count as no limit.

## Why

Containers share the host. Without limits, one that leaks memory or forks without end takes all others, and the engine, down with it.

## What an attacker gains

A halt of the host, from inside one container, without any other right.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    mem_limit: 0
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    mem_limit: 256m
    cpus: 1
    pids_limit: 100
\`\`\`

### Kubernetes

Processes are limited by the kubelet (\`podPidsLimit\`).

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      resources:
        requests:
          memory: 64Mi
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      resources:
        limits:
          memory: 256Mi
          cpu: "1"
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --memory 256m --cpus 1 --pids-limit 100 example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set limits.

## References

- CIS Docker Benchmark 1.6.0: 5.11
- CIS Docker Benchmark 1.6.0: 5.12
- CIS Docker Benchmark 1.6.0: 5.29
- NSA/CISA Kubernetes Hardening Guide 1.2: Resource policies
- NIST SP 800-190: 3.4.3

## When an exception is right

Short-lived jobs on a machine of their own; a LimitRange or the engine's default sets the limit (say which).
`,
  "privilege-escalation-allowed": `# privilege-escalation-allowed

## What

The kernel's \`no_new_privs\` flag is not set: in Docker and Compose \`no-new-privileges\` is missing or false, in Kubernetes \`allowPrivilegeEscalation\` is missing or true.

## Why

Without the flag a program with the setuid bit or with file capabilities runs with more rights than whoever starts it. Most images have such programs (su, mount, passwd) and no application needs them.

## What an attacker gains

Root inside the container, with its whole capability bounding set, from an unprivileged user: a setuid program with a bug, or one that an image or a volume brings, is enough.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - no-new-privileges:false
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - no-new-privileges:true
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        allowPrivilegeEscalation: false
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --security-opt no-new-privileges example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it. Removing setuid bits (\`find / -xdev -perm /6000 -type f -exec chmod a-s {} +\`) takes most of the risk away.

## References

- CIS Docker Benchmark 1.6.0: 5.26
- Pod Security Standards (restricted): Privilege Escalation (v1.8+)
- NSA/CISA Kubernetes Hardening Guide 1.2: Pod security enforcement

## When an exception is right

Programs that rely on sudo, on a setuid helper (some browsers' sandboxes), or on file capabilities behind a wrapper script. The engine can set the flag for all containers (\`"no-new-privileges": true\` in daemon.json); say so in the exception.
`,
  privileged: `# privileged

## What

The container, or a hook or \`exec\` in it, runs with \`privileged\`: every capability, every device of the host, no seccomp filter, no AppArmor or SELinux confinement, nothing masked in /proc and /sys. On Windows the same is a HostProcess container.

## Why

It turns off every layer but the namespaces, in one word, usually for the sake of one capability or one device.

## What an attacker gains

The host. Mount its disk, load a kernel module, write a helper path in /proc/sys: each is one command.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    privileged: true
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    cap_drop: [ALL]
    cap_add: [NET_ADMIN]
    devices:
      - /dev/net/tun
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        privileged: true
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        privileged: false
        capabilities:
          drop: [ALL]
          add: [NET_ADMIN]
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --privileged example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --cap-drop ALL --cap-add NET_ADMIN --device /dev/net/tun example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot ask for it. \`RUN --security=insecure\` is the same for a build step; see \`insecure-build-step\`.

## References

- CIS Docker Benchmark 1.6.0: 5.5
- CIS Docker Benchmark 1.6.0: 5.23
- Pod Security Standards (baseline): Privileged Containers
- Pod Security Standards (baseline): HostProcess
- NSA/CISA Kubernetes Hardening Guide 1.2: Pod security enforcement
- NIST SP 800-190: 3.4.3
- NIST SP 800-190: 4.4.3

## When an exception is right

An engine inside a container (build agents), a driver installer or a node agent on a machine that does nothing else. Prefer a rootless engine or BuildKit, and keep such containers away from others.
`,
  "remote-add-unverified": `# remote-add-unverified

## What

\`ADD\` takes a file from the network without \`--checksum\`, or a Git repository without a full commit.

## Why

Whatever the server sends at the moment of the build becomes part of the image. The same Dockerfile gives another image tomorrow, and nobody is told.

## What an attacker gains

Who gets at the server, its domain or the network path has code in the image.

## How to fix it

### Dockerfile

\`\`\`dockerfile bad
FROM debian:12.8
ADD https://files.example.com/app.tgz /opt/
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM debian:12.8
ADD https://git.example.com/shop/app.git#main /opt/app
USER 1000
\`\`\`

\`\`\`dockerfile good
# syntax=docker/dockerfile:1.10
FROM debian:12.8
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://files.example.com/app.tgz /opt/
ADD https://git.example.com/shop/app.git#1f0e3dad99908345f7439f8ffabdffc4d0c6e5b1 /opt/app
ADD local.tar.gz /opt/local
USER 1000
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.9
- NIST SP 800-190: 3.1.5
- NIST SP 800-190: 4.1.5

## When an exception is right

A file that changes by design and is checked by the program itself, by a signature.
`,
  "runs-as-root": `# runs-as-root

## What

A process of the container has uid 0. The user is worked out as the engine does: what the run line, the Compose service or the pod says; else the last \`USER\` of the stage that becomes the image; else that of the stage or image it builds on.

In a Windows container: it runs as \`ContainerAdministrator\`, as \`NT AUTHORITY\\SYSTEM\` or as Administrator, where that is written.

## Why

Most programs need no root at all. A container's uid 0 is the same number as the host's uid 0, so it is the one user for whom an escape is also full control.

An image whose user is not known gives a finding of low confidence: an image that sets no user runs as root. An entrypoint that gives root up by itself (gosu, su-exec, setpriv) is graver than a plain user and less grave than plain root, because nothing proves that it always gets that far.

## What an attacker gains

Every file of the container, every capability of the bounding set, and, through a mount, a device, a socket or a kernel bug, root on the host.

## How to fix it

### Dockerfile

End the stage with a numeric \`USER\`, after the last step that needs root. A \`USER\` in a builder stage does not count.

\`\`\`dockerfile bad
FROM node:22
COPY . /app
CMD ["node", "/app/server.js"]
\`\`\`

\`\`\`dockerfile good
FROM node:22
COPY . /app
USER 1000:1000
CMD ["node", "/app/server.js"]
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    user: "0:0"
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    user: "1000:1000"
\`\`\`

### Kubernetes

\`runAsNonRoot\` lets the kubelet refuse the container when the image would run it as root; \`runAsUser\` sets the user.

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 0
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --user root example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --user 1000:1000 example/app:1.4.2
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.1
- CIS Docker Benchmark 1.6.0: 5.24
- Pod Security Standards (restricted): Running as Non-root
- Pod Security Standards (restricted): Running as Non-root user (v1.23+)
- NSA/CISA Kubernetes Hardening Guide 1.2: Non-root containers and rootless container engines
- NIST SP 800-190: 3.1.2
- NIST SP 800-190: 4.1.2

## When an exception is right

Programs that manage the host by design (a node agent, a backup of system files) and images that must start as root to fix the owner of a volume. Say which step needs root. A user namespace (\`hostUsers: false\`, a rootless engine) is the better answer where it works.
`,
  "seccomp-not-set": `# seccomp-not-set

## What

Nothing asks for a system call filter, and the engine applies none by itself. Kubernetes runs such containers unconfined unless the kubelet has \`seccompDefault\` turned on; an OCI runtime does so always.

## Why

What protects every container under Docker is missing here without a word. One line asks for it.

## What an attacker gains

The whole of the kernel's surface, as with \`seccomp-unconfined\`.

## How to fix it

### Kubernetes

Set it once for the whole pod.

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: example/app:1.4.2
\`\`\`

### Compose

Docker and Podman apply their own profile; there is nothing to do.

### docker run

Docker and Podman apply their own profile; there is nothing to do.

### Dockerfile

A Dockerfile cannot set it.

## References

- CIS Docker Benchmark 1.6.0: 5.22
- Pod Security Standards (restricted): Seccomp (v1.19+)

## When an exception is right

Every kubelet of the cluster has \`seccompDefault: true\`. Say so in the exception.
`,
  "seccomp-profile-weak": `# seccomp-profile-weak

## What

A custom seccomp profile allows dangerous system calls that the engine's own profile denies, or allows everything that it does not name.

## Why

A custom profile replaces the engine's. One that was written to allow one more call, by starting from a profile that allows everything, is weaker than none at all.

## What an attacker gains

The calls that the profile lets through: bpf and perf_event_open to read kernel memory, mount and unshare to reach file system bugs, keyctl to read keys of other containers.

## How to fix it

### Compose

Start from the engine's own profile and add to it.

\`\`\`json with=seccomp.json
{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}
\`\`\`

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - seccomp:./seccomp.json
\`\`\`

\`\`\`json with=seccomp.json
{
  "defaultAction": "SCMP_ACT_ERRNO",
  "syscalls": [{"names": ["read", "write", "exit_group", "execve"], "action": "SCMP_ACT_ALLOW"}]
}
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - seccomp:./seccomp.json
\`\`\`

### docker run

\`\`\`json with=seccomp.json
{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}
\`\`\`

\`\`\`sh run-line bad
docker run --security-opt seccomp=seccomp.json example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run example/app:1.4.2
\`\`\`

### Kubernetes

A \`Localhost\` profile lies on the node and cannot be read here; check the file itself.

### Dockerfile

A Dockerfile cannot set it.

## References

- CIS Docker Benchmark 1.6.0: 5.22
- NIST SP 800-190: 4.4.3

## When an exception is right

A program that needs the call (a debugger, a sandbox). Allow it with the narrowest arguments and say which program needs it.
`,
  "seccomp-unconfined": `# seccomp-unconfined

## What

The system call filter is off: \`seccomp=unconfined\`, \`seccomp:unconfined\` or \`seccompProfile.type: Unconfined\`.

## Why

The engine's own profile denies about a hundred system calls that applications do not need and that kernel exploits often do. Turning it off is usually a leftover of debugging.

## What an attacker gains

The whole of the kernel's surface: user namespaces, mount calls in them, bpf, keyctl, io_uring and the bugs behind them.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - seccomp:unconfined
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - no-new-privileges:true
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        seccompProfile:
          type: Unconfined
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        seccompProfile:
          type: RuntimeDefault
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --security-opt seccomp=unconfined example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it.

## References

- CIS Docker Benchmark 1.6.0: 5.22
- Pod Security Standards (baseline): Seccomp
- Pod Security Standards (restricted): Seccomp (v1.19+)
- NIST SP 800-190: 4.4.3

## When an exception is right

Debuggers and sandboxes (browsers, build systems) that need a few more calls. A custom profile that allows just those is better; \`plimsoll fit\` makes one.
`,
  "secret-file-copied": `# secret-file-copied

## What

\`COPY\` or \`ADD\` puts a file into the image whose name says that it holds credentials: \`.env\`, \`.npmrc\`, \`id_rsa\`, \`*.p12\`, \`.aws/credentials\`, \`.docker/config.json\`, \`*.tfstate\` and their like. The file may be named, or come along with its directory because no \`.dockerignore\` keeps it out.

It is also reported when \`COPY <<EOF\` writes a file whose content, which stands in the Dockerfile, holds a secret.

## Why

Every layer is kept. A file that a later step deletes is only hidden; it can still be taken from the layer that brought it.

## What an attacker gains

Every credential in the file, for everybody who can pull the image. In a stage that is not part of the image the file stays in the builder's cache and goes out with an exported cache.

## How to fix it

Name what you need instead of copying everything, list credential files in \`.dockerignore\`, and give a build step the file that it needs as a secret mount. Deleting the file in a later step does not help.

### Dockerfile

\`\`\`dockerfile bad
FROM node:22.11.0
COPY .npmrc package.json /app/
RUN npm ci && rm -f /app/.npmrc
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM debian:12.8
COPY id_rsa /root/.ssh/id_rsa
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM node:22.11.0
COPY <<EOF /app/.env
PORT=8080
DB_PASSWORD=tr0ub4dor-and-3
EOF
USER 1000
\`\`\`

\`\`\`dockerfile good
FROM node:22.11.0
COPY <<EOF /app/.env
PORT=8080
DB_PASSWORD_FILE=/run/secrets/db_password
EOF
USER 1000
\`\`\`

\`\`\`dockerfile good
FROM node:22.11.0
COPY package.json package-lock.json /app/
COPY .env.example /app/
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
USER 1000
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

A file that only has the name: an \`.env\` with nothing but defaults, a key store with public certificates. Better rename it, so that the next real one is seen. Where the content is at hand and shows that nothing secret is in it (an \`.npmrc\` with nothing but settings, a certificate or public key in a \`.pem\` or \`.key\` file), no finding is made.
`,
  "secret-file-exposed": `# secret-file-exposed

## What

A mounted secret has a mode that lets users other than its owner write to it, or that opens it to all beyond the engine's default; or a Compose config, which is made to be read by everybody, holds a secret in its \`content\`.

## Why

A secret is worth as much as the weakest process that can read it. The defaults (0444 in Compose and Swarm, 0644 in Kubernetes) are already readable by every user of the container.

## What an attacker gains

The secret, as whatever user of the container, and with a writable file the chance to put another in its place.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    secrets:
      - source: db_password
        mode: 0666
secrets:
  db_password:
    environment: DB_PASSWORD
\`\`\`

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    configs:
      - source: settings
        target: /etc/api.ini
configs:
  settings:
    content: |
      [database]
      password = tr0ub4dor-and-3
\`\`\`

\`\`\`yaml compose good
services:
  api:
    image: example/api:1.4.2
    secrets:
      - source: db_password
        uid: "1000"
        mode: 0400
secrets:
  db_password:
    file: ../secrets/db_password
\`\`\`

Compose ignores \`mode\`, \`uid\` and \`gid\` of a secret with \`file:\` and mounts the file as it is; set its owner and mode on the host as well.

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      volumeMounts:
        - name: db
          mountPath: /run/secrets/db
  volumes:
    - name: db
      secret:
        secretName: db
        defaultMode: 0777
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      volumeMounts:
        - name: db
          mountPath: /run/secrets/db
  volumes:
    - name: db
      secret:
        secretName: db
        defaultMode: 0400
\`\`\`

## References

- NSA/CISA Kubernetes Hardening Guide 1.2: Secrets
- NIST SP 800-190: 4.1.4

## When an exception is right

A container in which one user runs one program: there nobody else is shut out by a narrower mode.
`,
  "secret-in-attestation": `# secret-in-attestation

## What

An attestation that is published with the image holds a secret: provenance in the mode \`max\` tells build arguments, the environment and command of every step of every stage, and the Dockerfile itself.

## Why

Attestations are further manifests in the image's index. They are pushed to the registry with it and read by everybody who can pull. Docker's own action for GitHub attaches provenance in the mode \`max\` where the repository is public. It tells of stages that are no part of the image too, so that a clean configuration and history prove nothing.

## What an attacker gains

What the secret opens. \`docker buildx imagetools inspect --format '{{json .Provenance}}'\` shows it.

## How to fix it

Replace the value first: whoever could pull the image has it. Then give the build the secret as a secret and build anew. \`--provenance=mode=min\` leaves build arguments out of the attestation, but they stay in the history.

\`\`\`json image bad
{
  "steps": [{ "step": "RUN /bin/sh -c npm ci # buildkit", "files": { "/app/index.js": "1\\n" } }],
  "attestations": [
    {
      "predicateType": "https://slsa.dev/provenance/v1",
      "predicate": {
        "buildDefinition": {
          "externalParameters": { "request": { "args": { "build-arg:NPM_TOKEN": "tr0ub4dor-and-3-horses" } } }
        }
      }
    }
  ]
}
\`\`\`

\`\`\`dockerfile
# syntax=docker/dockerfile:1
FROM node:22.11.0 AS build
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
\`\`\`

\`\`\`json image good
{
  "steps": [{ "step": "RUN /bin/sh -c npm ci # buildkit", "files": { "/app/index.js": "1\\n" } }],
  "attestations": [
    {
      "predicateType": "https://slsa.dev/provenance/v1",
      "predicate": {
        "buildDefinition": {
          "externalParameters": { "request": { "args": { "build-arg:NODE_ENV": "production" } } }
        }
      }
    }
  ]
}
\`\`\`

What the program needs when it runs comes as a file, from a secret of Compose or Swarm, or from a secret store. Never by \`ARG\`, \`COPY\` or \`ENV\`.

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

Values that are public by design.
`,
  "secret-in-build-arg": `# secret-in-build-arg

## What

\`ARG\` declares a build argument whose name says that it takes a secret, or a caller passes one: \`--build-arg\`, \`build.args\` in Compose. \`ENV X=$X\` of such an argument is reported too.

## Why

Build arguments are no secrets. BuildKit writes them into the image's history with the \`RUN\` steps that see them, keeps them in its build records, puts them into the cache key of every later step, and lists them in provenance of mode \`max\`, which docker/build-push-action attaches by default for public repositories.

## What an attacker gains

\`docker history --no-trunc IMAGE\` prints the value for everybody who can pull the image.

## How to fix it

Mount the secret into the one step that needs it, in the shape that its tool reads, and add \`required=true\`: without it a forgotten \`--secret\` is an empty value that fails later or not at all.

### Dockerfile

\`\`\`dockerfile bad
FROM node:22.11.0
ARG NPM_TOKEN
COPY package.json package-lock.json .
RUN npm ci
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM python:3.13.1
ARG PIP_INDEX_URL
RUN pip install example
USER 1000
\`\`\`

\`\`\`dockerfile good
# syntax=docker/dockerfile:1.10
FROM node:22.11.0
COPY package.json package-lock.json .
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
USER 1000
\`\`\`

The caller passes it: \`docker build --secret id=npmrc,src=$HOME/.npmrc .\`

### Compose

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    build:
      context: https://git.example.com/shop/api.git
      args:
        GITHUB_TOKEN: \${GITHUB_TOKEN}
\`\`\`

\`\`\`yaml compose good
services:
  api:
    image: example/api:1.4.2
    build:
      context: https://git.example.com/shop/api.git
      secrets:
        - netrc
secrets:
  netrc:
    file: ../secrets/netrc
\`\`\`

### docker build

\`\`\`sh run-line bad
docker build --build-arg NPM_TOKEN="$NPM_TOKEN" -t example/api .
\`\`\`

\`\`\`sh run-line good
docker build --secret id=npmrc,src=/root/.npmrc -t example/api .
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

A value that only sounds like a secret, or a token that is made for one build, is read-only, and is revoked when the build ends.
`,
  "secret-in-command": `# secret-in-command

## What

A command holds a secret as a literal: in a \`RUN\` step and its heredocs, in \`CMD\`, \`ENTRYPOINT\`, \`command:\` or \`args:\`, in a health check or hook, in a run line. Known options are read (\`mysql -p…\`, \`curl -u\`, \`sshpass -p\`, \`--password\`, \`redis-server --requirepass\`, \`npm config set //…:_authToken\`), and values by their form. \`$VARIABLE\` is no literal.

It is also reported when a \`RUN\` step writes a mounted secret into a file of the layer, and when a running container shows a secret to whoever looks on: in the arguments of a process, in its log (with \`--log-lines\`), in what a health check printed.

## Why

The words of a command are recorded: in the source, in the image's history, in what inspection shows, and at run time in the process list, which every process of the host may read.

## What an attacker gains

What the secret opens. For a build step it is enough to pull the image.

## How to fix it

### Dockerfile

\`\`\`dockerfile bad
FROM debian:12.8
RUN curl -u deploy:tr0ub4dor-and-3 -fO https://files.example.com/app.tgz
USER 1000
\`\`\`

\`\`\`dockerfile bad
FROM node:22.11.0
RUN --mount=type=secret,id=npm_token,required=true \\
    echo "//registry.example.com/:_authToken=$(cat /run/secrets/npm_token)" > /root/.npmrc && npm ci
USER 1000
\`\`\`

\`\`\`dockerfile good
FROM debian:12.8
RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true \\
    curl --netrc -fO https://files.example.com/app.tgz
USER 1000
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  cache:
    image: redis:7.4.1
    command: redis-server --requirepass tr0ub4dor-and-3
\`\`\`

\`\`\`yaml compose good
services:
  cache:
    image: redis:7.4.1
    command: redis-server /run/secrets/redis.conf
    secrets:
      - redis.conf
secrets:
  redis.conf:
    file: ../secrets/redis.conf
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      args: ["--db-password=tr0ub4dor-and-3"]
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      args: ["--db-password-file=/run/secrets/db/password"]
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run redis:7.4.1 redis-server --requirepass tr0ub4dor-and-3
\`\`\`

\`\`\`sh run-line good
docker run --mount type=bind,src=/etc/shop/redis.conf,dst=/redis.conf,readonly redis:7.4.1 redis-server /redis.conf
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

A password of a throw-away database in a test, or a word that only looks like a secret.
`,
  "secret-in-env": `# secret-in-env

## What

A variable or label holds a secret as a literal: \`ENV\` and \`LABEL\` in a Dockerfile, \`environment:\` and \`env_file:\` in Compose, \`env:\` in a pod, \`-e\` on a run line, the environment and labels of a running container. Names are split into words (\`DBPASSWORD\`, \`PGPASSWORD\`, \`accessToken\`), values are checked against the forms of known tokens. A name such as \`DATABASE_URL\` is judged by whether its value holds a password.

## Why

Source files are copied, reviewed, forked and kept for ever. What a Dockerfile sets stands in the image's configuration besides, where everybody who can pull the image reads it. An environment variable is inherited by every process of the container and shown by \`docker inspect\`, crash reports and debug pages.

A value that everybody tries first (\`postgres\`, \`changeme\`) is reported with low confidence: it may be meant for a test, or it may be what runs in production.

## What an attacker gains

The database, account or service that the secret opens, without attacking the container at all.

## How to fix it

Give secrets as files that only the program reads. Files are better than \`secretKeyRef\` variables, and those are better than literals. Replace a value that was ever pushed.

### Dockerfile

\`\`\`dockerfile bad
FROM node:22.11.0
ENV DB_PASSWORD=tr0ub4dor-and-3
USER 1000
\`\`\`

\`\`\`dockerfile good
FROM node:22.11.0
ENV DB_PASSWORD_FILE=/run/secrets/db_password
USER 1000
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  db:
    image: postgres:17.2
    environment:
      POSTGRES_PASSWORD: tr0ub4dor-and-3
\`\`\`

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    environment:
      - DATABASE_URL=postgres://api:tr0ub4dor-and-3@db/shop
\`\`\`

\`\`\`yaml compose good
services:
  db:
    image: postgres:17.2
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    secrets:
      - db_password
secrets:
  db_password:
    file: ../secrets/db_password
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      env:
        - name: DB_PASSWORD
          value: tr0ub4dor-and-3
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      volumeMounts:
        - name: db
          mountPath: /run/secrets/db
          readOnly: true
  volumes:
    - name: db
      secret:
        secretName: db
        defaultMode: 0400
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -e DB_PASSWORD=tr0ub4dor-and-3 example/api:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -e DB_PASSWORD_FILE=/run/secrets/db_password --mount type=bind,src=/etc/shop/db_password,dst=/run/secrets/db_password,readonly example/api:1.4.2
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NSA/CISA Kubernetes Hardening Guide 1.2: Secrets
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

Test fixtures and demonstrations whose database is thrown away and reachable by nobody else. Values that are public by design, such as a publishable key. Say in the reason why nobody gains by it.
`,
  "secret-in-history": `# secret-in-history

## What

A step in the image's history holds a secret: the value of a build argument (\`ARG NPM_TOKEN=…\`, \`RUN |1 NPM_TOKEN=…\`), or a password or token in a command. What the image's configuration holds as well, because \`ENV\` or \`LABEL\` set it, is reported there as secret-in-image-config, with its place in the history.

## Why

The history is part of the image's configuration. Builders write every build argument with its value into the steps that follow it, whether the step uses it or not.

## What an attacker gains

What the secret opens. \`docker history --no-trunc\` shows it, without running the image and without a tool.

## How to fix it

Replace the value first: whoever could pull the image has it. Then give the build the secret as a secret and build anew; no later step takes back what the history tells.

\`\`\`json image bad
{
  "steps": [
    { "step": "ARG NPM_TOKEN=tr0ub4dor-and-3-horses" },
    { "step": "RUN |1 NPM_TOKEN=tr0ub4dor-and-3-horses /bin/sh -c npm ci # buildkit", "files": { "/app/index.js": "1\\n" } }
  ]
}
\`\`\`

\`\`\`dockerfile
# syntax=docker/dockerfile:1
FROM node:22.11.0
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
\`\`\`

\`\`\`json image good
{
  "steps": [
    { "step": "RUN /bin/sh -c npm ci # buildkit", "files": { "/app/index.js": "1\\n" } }
  ]
}
\`\`\`

What the program needs when it runs comes as a file, from a secret of Compose or Swarm, or from a secret store.

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

Values that are public by design, such as a publishable key that a web page carries anyway.
`,
  "secret-in-image-config": `# secret-in-image-config

## What

The image's configuration holds a secret: a variable or label, a word of its command, entrypoint or health check, a trigger for builds on it, or the metadata of an inline build cache.

## Why

The configuration is what registries, engines and \`docker inspect\` show of an image, without starting it. Its environment goes into every container, where every process and every crash report has it.

## What an attacker gains

What the secret opens, with the right to pull the image or to inspect a container of it.

## How to fix it

Replace the value first: whoever could pull the image has it. Then take the instruction out of the Dockerfile and build anew. A later \`ENV NAME=\` leaves the value in the history.

\`\`\`json image bad
{
  "config": { "Env": ["PATH=/usr/bin", "DB_PASSWORD=tr0ub4dor-and-3-horses"] },
  "steps": [
    { "step": "ENV DB_PASSWORD=tr0ub4dor-and-3-horses" }
  ]
}
\`\`\`

\`\`\`json image good
{
  "config": { "Env": ["PATH=/usr/bin", "DB_PASSWORD_FILE=/run/secrets/db_password"] },
  "steps": [
    { "step": "ENV DB_PASSWORD_FILE=/run/secrets/db_password" }
  ]
}
\`\`\`

The program reads the file, which a secret of Compose or Swarm brings when it starts; where access must be audited, rotated or governed in one place, a secret store does. What only the build needs comes by \`RUN --mount=type=secret\`.

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

Values that are public by design, and images for demonstrations whose database is thrown away and reachable by nobody else.
`,
  "secret-in-layer": `# secret-in-layer

## What

A file in a layer of the image holds a secret: a token, a private key, a password in a configuration. Every layer is read, and every version of every file: those that containers see, and those that a later layer overwrote, deleted or hid. Archives inside of layers are opened, and values in base64 and UTF-16 are found too.

Private keys and key stores that are encrypted, tokens that have expired, and what stands among the tests or manuals of a published package are reported as low. The public half of a pair (an access key's id) is a remark.

## Why

An image is the list of its layers, and all of them are pulled. \`RUN rm secret\` makes a layer that says "this path is gone"; the layer before it still has the file. Whoever can pull the image, now or from any registry, mirror or cache that it ever went through, unpacks that layer with \`tar\`.

## What an attacker gains

The account, the registry, the database or the machine that the secret opens, from nothing but the right to pull.

## How to fix it

Replace the value first: it has been published, to whomever the image has. Then build without it, from the step that brought it in. Deleting the file in a later step does not help, and neither does a new tag.

| needed | give it as |
|---|---|
| only while the image is built | a secret of the build: \`RUN --mount=type=secret,…\` |
| when the program runs, one host or a Swarm | a secret of Compose or Swarm, read as a file |
| with audit, rotation or central control | a secret store |

Never by \`ARG\`, \`COPY\` or \`ENV\`.

\`\`\`json image bad
{
  "steps": [
    { "step": "COPY . /app # buildkit", "files": { "/app/.npmrc": "//npm.example.com/:_authToken=tr0ub4dor-and-3-horses\\n" } },
    { "step": "RUN npm ci && rm /app/.npmrc # buildkit", "deletes": ["/app/.npmrc"] }
  ]
}
\`\`\`

\`\`\`dockerfile
# syntax=docker/dockerfile:1
FROM node:22.11.0
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
COPY . .
\`\`\`

\`\`\`json image good
{
  "steps": [
    { "step": "RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci # buildkit", "files": { "/app/.npmrc": "//npm.example.com/:_authToken=\${NPM_TOKEN}\\n" } }
  ]
}
\`\`\`

\`.dockerignore\` keeps what lies about in the build's directory out of \`COPY . .\`.

## References

- CIS Docker Benchmark 1.6.0: 4.10
- NIST SP 800-190: 3.1.4
- NIST SP 800-190: 4.1.4

## When an exception is right

Keys that are made for a test and open nothing, and keys that are public by design. A secret that was replaced is still worth a build without it: the next scanner reports it as well.
`,
  "secret-passed-as-env": `# secret-passed-as-env

## What

A secret that does not stand in the source reaches the container as an environment variable: \`secretKeyRef\` and \`envFrom.secretRef\` in a pod, a variable of the caller's environment in Compose (\`- PASSWORD\`, \`\${PASSWORD}\`) or on a run line (\`-e PASSWORD\`). A Compose secret with \`environment:\` is reported too.

## Why

It is better than a literal and worse than a file. Every process of the container inherits its environment, \`docker inspect\` shows it, crash reports and debug pages print it, and a new value needs a restart.

Best to worst: a mounted file that only the program reads; \`secretKeyRef\` or the caller's environment; a literal.

## What an attacker gains

The secret, from any bug that reads a file (\`/proc/self/environ\`) or prints the environment, and from every child process.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    environment:
      - DB_PASSWORD
\`\`\`

\`\`\`yaml compose bad
services:
  api:
    image: example/api:1.4.2
    secrets:
      - db_password
secrets:
  db_password:
    environment: DB_PASSWORD
\`\`\`

\`\`\`yaml compose good
services:
  api:
    image: example/api:1.4.2
    environment:
      DB_PASSWORD_FILE: /run/secrets/db_password
    secrets:
      - db_password
secrets:
  db_password:
    file: ../secrets/db_password
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      env:
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: db
              key: password
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: example/api:1.4.2
      volumeMounts:
        - name: db
          mountPath: /run/secrets/db
          readOnly: true
  volumes:
    - name: db
      secret:
        secretName: db
        defaultMode: 0400
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -e DB_PASSWORD example/api:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -e DB_PASSWORD_FILE=/run/secrets/db_password --mount type=bind,src=/etc/shop/db_password,dst=/run/secrets/db_password,readonly example/api:1.4.2
\`\`\`

## References

- NSA/CISA Kubernetes Hardening Guide 1.2: Secrets
- NIST SP 800-190: 4.1.4

## When an exception is right

A program that reads its secret from the environment only and that you cannot change. Then see that it starts no other programs and prints no environment.
`,
  "sensitive-host-path": `# sensitive-host-path

## What

A path of the host that belongs to the host's own working is mounted: \`/\`, \`/etc\`, \`/root\`, \`/home\`, \`/proc\`, \`/sys\`, \`/dev\`, \`/boot\`, \`/usr\`, \`/lib/modules\`, \`/var/lib/docker\`, \`/var/lib/kubelet\`, \`/var/log\` and others. In a Dockerfile, \`VOLUME\` or \`WORKDIR\` below /proc, /sys or /dev. In Kubernetes also a PersistentVolume that is such a path of the node: whoever claims it gets the path.

## Why

A mount is a hole in the wall between container and host, and it is the source that counts, not where it appears inside. Read-only keeps files from being changed, not from being read: /etc holds password hashes and keys.

## What an attacker gains

Written: a cron job, an SSH key, a systemd unit or a library that the host runs as root. Read: password hashes, private keys, the secrets of all other containers.

## How to fix it

### Compose

Mount the one file or directory that is needed, or a volume.

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    user: "0:0"
    volumes:
      - /etc:/host/etc:ro
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    volumes:
      - ./config:/etc/app:ro
      - data:/data
volumes:
  data: {}
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: root
      hostPath:
        path: /
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: root
          mountPath: /host
\`\`\`

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes: [ReadWriteOnce]
  hostPath:
    path: /etc
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes: [ReadWriteOnce]
  hostPath:
    path: /srv/volumes/data
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: data
      emptyDir: {}
  containers:
    - name: app
      image: example/app:1.4.2
      volumeMounts:
        - name: data
          mountPath: /data
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run -v /:/host example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run -v data:/data -v /variant:/variant:ro example/app:1.4.2
\`\`\`

### Dockerfile

\`\`\`dockerfile bad
FROM alpine:3.22
VOLUME /proc
\`\`\`

\`\`\`dockerfile good
FROM alpine:3.22
VOLUME /data
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 5.6
- Pod Security Standards (baseline): HostPath Volumes
- NIST SP 800-190: 3.5.5
- NIST SP 800-190: 4.5.5

## When an exception is right

Node agents that watch the host (metrics, logs, backup). Mount the narrowest path read-only and run as a user that may read just that.
`,
  "service-account-token": `# service-account-token

## What

The API token of the pod's service account is mounted into the container. Kubernetes does that unless it is told not to.

## Why

Most applications never call the Kubernetes API, yet carry a credential for it in a file that every bug which reads files can read.

## What an attacker gains

Whatever the service account may do. Rights are often wider than meant: listing secrets or starting pods is as good as the cluster. Where the files at hand bind the pod's account to a role, the finding says to which, and is high when the role gives away the cluster (\`cluster-admin\`, secrets, \`pods/exec\`, \`escalate\`, \`bind\`, \`impersonate\`), medium when it gives away one namespace.

## How to fix it

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  automountServiceAccountToken: false
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
\`\`\`

### Compose

Compose has no such token.

### docker run

An engine alone has no such token.

### Dockerfile

A Dockerfile cannot ask for it.

## References

- NSA/CISA Kubernetes Hardening Guide 1.2: Protecting Pod service account tokens

## When an exception is right

Operators, controllers and other programs that call the Kubernetes API. Give them a service account of their own with the least rights.
`,
  "setuid-binaries": `# setuid-binaries

## What

A program in the image runs with more rights than whoever starts it: it is setuid or setgid, or its file gives capabilities. Shells, interpreters and programs that run any command or touch any file (\`bash\`, \`python3\`, \`find\`, \`vim\`, \`cp\`, \`env\`…) are reported as high, other such programs as medium, and those that every distribution brings (\`su\`, \`mount\`, \`passwd\`…) together, as low. Where the image runs as root all of them count less.

Containers with \`no-new-privileges\` are not reported: there the kernel passes over these bits.

## Why

A user other than root is worth as much as what keeps it from becoming root. A setuid program is a door back, left open for everybody in the container.

## What an attacker gains

Root of the container, from any foothold in it: its files, its capabilities, its volumes, and the part of the kernel that only root reaches.

## How to fix it

Take the bits away in the step that brought them in; containers rarely need any of them.

\`\`\`json image bad
{
  "config": { "User": "1000:1000" },
  "steps": [
    { "step": "RUN chmod u+s /usr/bin/find # buildkit", "files": { "/usr/bin/find": { "mode": "4755" } } }
  ]
}
\`\`\`

\`\`\`json image bad
{
  "config": { "User": "1000:1000" },
  "steps": [
    { "step": "RUN setcap cap_setuid+ep /usr/bin/python3.13 # buildkit", "files": { "/usr/bin/python3.13": { "mode": "755", "capabilities": [7] } } }
  ]
}
\`\`\`

\`\`\`json image good
{
  "config": { "User": "1000:1000" },
  "steps": [
    { "step": "COPY --chmod=755 /usr/bin/find /usr/bin/find # buildkit", "files": { "/usr/bin/find": { "mode": "755" } } }
  ]
}
\`\`\`

What a base image brings goes in one step:

\`\`\`dockerfile
FROM debian:13
RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +
USER 1000:1000
\`\`\`

### Compose

\`\`\`yaml
security_opt:
  - no-new-privileges:true
\`\`\`

### Kubernetes

Set \`allowPrivilegeEscalation: false\`.

### docker run

Add \`--security-opt no-new-privileges\`.

## References

- CIS Docker Benchmark 1.6.0: 4.8
- NIST SP 800-190: 3.1.2
- NIST SP 800-190: 4.1.2

## When an exception is right

Images for people to log in to, where \`su\` and \`sudo\` are the point, and programs that sandbox others and are setuid by design, such as a browser's.
`,
  "unmasked-proc": `# unmasked-proc

## What

The engine's masked and read-only paths in /proc and /sys are off: \`systempaths=unconfined\`, Podman's \`unmask\`, \`procMount: Unmasked\`, or an OCI configuration without them.

## Why

/proc is not only a view of processes: files in it set how the kernel behaves, for the whole host. Engines hide or write-protect them for every container.

## What an attacker gains

With uid 0: a program of the attacker's choice run as root on the host, by way of /proc/sys/kernel/core_pattern or modprobe; or a reboot through /proc/sysrq-trigger.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - systempaths=unconfined
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    security_opt:
      - no-new-privileges:true
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        procMount: Unmasked
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        procMount: Default
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --security-opt systempaths=unconfined example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it.

## References

- Pod Security Standards (baseline): /proc Mount Type
- NIST SP 800-190: 4.4.3

## When an exception is right

Containers that start containers of their own (rootless builds), within a user namespace (\`hostUsers: false\`).
`,
  "unsafe-sysctl": `# unsafe-sysctl

## What

A kernel setting is changed that Kubernetes does not count among the safe ones: it is not bound to the container's own namespaces, or it may harm other containers of the node.

## Why

A safe setting acts on one pod only and cannot be used to starve or reach another. For any other, that is unproved.

## What an attacker gains

Depends on the setting: more memory for shared segments than the host has, forwarding of packets between networks, weaker checks of source addresses.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    sysctls:
      kernel.msgmax: "65536"
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    sysctls:
      net.ipv4.ip_local_port_range: "1024 65535"
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  securityContext:
    sysctls:
      - name: kernel.msgmax
        value: "65536"
  containers:
    - name: app
      image: example/app:1.4.2
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  securityContext:
    sysctls:
      - name: net.ipv4.ip_local_port_range
        value: "1024 65535"
  containers:
    - name: app
      image: example/app:1.4.2
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --sysctl kernel.msgmax=65536 example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --sysctl net.ipv4.ip_unprivileged_port_start=0 example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it.

## References

- Pod Security Standards (baseline): Sysctls
- NIST SP 800-190: 3.4.3

## When an exception is right

A database or a network function that is known to need the setting, on nodes set aside for it.
`,
  "useless-capability": `# useless-capability

## What

A capability is added or dropped to no effect: the user is not root and no setuid program can give it to them, or the capability is not in the set that it is dropped from.

## Why

Docker and Kubernetes give added capabilities to the *bounding* set, and only root's processes take them from there. For another user nothing changes, unless a program with the setuid bit or with file capabilities is started. The line looks as if it gave a right, and opens system calls in the seccomp filter, and gives nothing.

## What an attacker gains

A wider system call filter, and the capability itself for every later \`exec\` as root.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    user: "1000:1000"
    security_opt:
      - no-new-privileges:true
    cap_drop: [ALL]
    cap_add: [NET_ADMIN]
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    user: "1000:1000"
    security_opt:
      - no-new-privileges:true
    cap_drop: [ALL]
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
          add: [NET_ADMIN]
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --user 1000 --security-opt no-new-privileges --cap-drop ALL --cap-add NET_ADMIN example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --user 1000 --security-opt no-new-privileges --cap-drop ALL example/app:1.4.2
\`\`\`

### Dockerfile

To let a user other than root hold a capability, give it to the program: \`RUN setcap cap_net_bind_service=+ep /usr/local/bin/app\`. For ports below 1024 nothing is needed under Docker and current containerd, which let every user bind them.

## References

- CIS Docker Benchmark 1.6.0: 5.4
- Pod Security Standards (restricted): Capabilities (v1.22+)

## When an exception is right

The program has file capabilities (\`setcap\`) and is started directly: then the bounding set must hold them.
`,
  "user-not-numeric": `# user-not-numeric

## What

The user is a name (\`USER app\`), so only the image's own /etc/passwd says which uid it is.

## Why

Kubernetes does not read the image's files before it starts the container. With \`runAsNonRoot: true\` and a name it cannot verify that the user is not root and refuses to start. Outside of Kubernetes the name may silently come to mean another uid when the base image changes.

## What an attacker gains

Nothing by itself. A base image in which the name maps to uid 0 turns a container that looks unprivileged into one that runs as root.

## How to fix it

### Dockerfile

Give the user a fixed uid and name it by number.

\`\`\`dockerfile bad
FROM alpine:3.22
RUN adduser -D app
USER app
\`\`\`

\`\`\`dockerfile good
FROM alpine:3.22
RUN adduser -D -u 10001 app
USER 10001:10001
\`\`\`

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    user: app
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    user: "10001:10001"
\`\`\`

### Kubernetes

Set the number; it overrides the name that the image gives.

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --user app example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --user 10001:10001 example/app:1.4.2
\`\`\`

## References

- CIS Docker Benchmark 1.6.0: 4.1
- Pod Security Standards (restricted): Running as Non-root

## When an exception is right

An image that runs only where the name is under your own control, such as a development container.
`,
  "volume-driver-bind": `# volume-driver-bind

## What

A named volume's driver options (\`type: none\`, \`o: bind\`, \`device: /path\`) make it a bind mount of a host directory.

## Why

The service's own lines show an ordinary volume. Reviewers, and most tools, do not see that a directory of the host is behind it. The path itself is judged too, by \`engine-socket\` and \`sensitive-host-path\`.

## What an attacker gains

The directory that the options name, with the rights of the container's user.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    volumes:
      - data:/data
volumes:
  data:
    driver_opts:
      type: none
      o: bind
      device: /srv/data
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    volumes:
      - data:/data
volumes:
  data: {}
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run --mount type=volume,src=data,dst=/data,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/srv/data example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --mount type=volume,src=data,dst=/data example/app:1.4.2
\`\`\`

### Kubernetes

A pod names a \`hostPath\` openly; see \`sensitive-host-path\`.

### Dockerfile

A Dockerfile cannot set driver options.

## References

- CIS Docker Benchmark 1.6.0: 5.6
- NIST SP 800-190: 3.5.5

## When an exception is right

Data that must stand on one particular disk. An open bind mount says the same more clearly.
`,
  "writable-root-filesystem": `# writable-root-filesystem

## What

The container's root file system is writable.

## Why

Programs rarely write outside of a few directories. When the rest is read-only, an attacker can neither change the program nor leave tools behind, and the container stays what its image says.

## What an attacker gains

A place to keep tools, and changed programs that run at the next start.

## How to fix it

### Compose

\`\`\`yaml compose bad
services:
  app:
    image: example/app:1.4.2
    command: serve
\`\`\`

\`\`\`yaml compose good
services:
  app:
    image: example/app:1.4.2
    read_only: true
    tmpfs:
      - /tmp
      - /run
\`\`\`

### Kubernetes

\`\`\`yaml kubernetes bad
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        runAsUser: 1000
\`\`\`

\`\`\`yaml kubernetes good
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  volumes:
    - name: tmp
      emptyDir: {}
  containers:
    - name: app
      image: example/app:1.4.2
      securityContext:
        readOnlyRootFilesystem: true
      volumeMounts:
        - name: tmp
          mountPath: /tmp
\`\`\`

### docker run

\`\`\`sh run-line bad
docker run example/app:1.4.2
\`\`\`

\`\`\`sh run-line good
docker run --read-only --tmpfs /tmp --tmpfs /run example/app:1.4.2
\`\`\`

### Dockerfile

A Dockerfile cannot set it. Writing only below /tmp and declared volumes makes it easy.

## References

- CIS Docker Benchmark 1.6.0: 5.13
- NSA/CISA Kubernetes Hardening Guide 1.2: Immutable container file systems
- NIST SP 800-190: 4.4.4

## When an exception is right

Images that write all over their file system and cannot be changed. \`plimsoll fit\` finds the directories that they need.
`,
};
