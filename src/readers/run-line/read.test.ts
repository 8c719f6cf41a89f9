import { expect, test } from "vitest";
import { placeOf, postureOf, readText } from "./testing.ts";

function postures(line: string, path = "run.sh"): string[][] {
  return readText(path, line).workloads.map((workload) => postureOf(workload));
}

/** Lines of READMEs, scripts and CI configurations as people write them. */
test.each<[string, string[]]>([
  ["docker run nginx", ["image: nginx"]],
  [
    "docker run -d -p 80:80 docker/getting-started",
    ["image: docker/getting-started", "port: * 80 80 tcp"],
  ],
  ["docker run --rm -it alpine:3.22 sh", ["image: alpine:3.22"]],
  [
    "docker run -d --name portainer --restart=always -p 9443:9443 -v /var/run/docker.sock:/var/run/docker.sock -v portainer_data:/data portainer/portainer-ce:lts",
    [
      "image: portainer/portainer-ce:lts",
      "bind: host /run/docker.sock at /var/run/docker.sock",
      "volume: portainer_data at /data",
      "port: * 9443 9443 tcp",
    ],
  ],
  [
    "docker run -d --name watchtower -v /var/run/docker.sock:/var/run/docker.sock:ro containrrr/watchtower --cleanup",
    ["image: containrrr/watchtower", "bind: host /run/docker.sock at /var/run/docker.sock ro"],
  ],
  [
    "docker run -d --net=host --pid=host -v /:/host:ro,rslave quay.io/prometheus/node-exporter --path.rootfs=/host",
    [
      "image: quay.io/prometheus/node-exporter",
      "network: host",
      "pid: host",
      "bind: host / at /host ro rslave",
    ],
  ],
  [
    "docker run --volume=/:/rootfs:ro --volume=/var/run:/var/run:rw --volume=/sys:/sys:ro --volume=/var/lib/docker/:/var/lib/docker:ro --publish=8080:8080 --detach=true --name=cadvisor --privileged --device=/dev/kmsg google/cadvisor:latest",
    [
      "image: google/cadvisor:latest",
      "privileged: true",
      "bind: host / at /rootfs ro",
      "bind: host /run at /var/run",
      "bind: host /sys at /sys ro",
      "bind: host /var/lib/docker at /var/lib/docker ro",
      "device: /dev/kmsg",
      "port: * 8080 8080 tcp",
    ],
  ],
  [
    "docker run -e POSTGRES_PASSWORD=mysecret -e PGDATA -d postgres",
    ["image: postgres", "env: POSTGRES_PASSWORD literal", "env: PGDATA inherited"],
  ],
  [
    "docker run -it --gpus all --ipc=host --ulimit memlock=-1 --shm-size=1g nvcr.io/nvidia/pytorch:24.01-py3",
    ["image: nvcr.io/nvidia/pytorch:24.01-py3", "ipc: host", "gpu: gpus"],
  ],
  [
    "docker run --runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=all cuda",
    ["image: cuda", "runtime: nvidia", "env: NVIDIA_VISIBLE_DEVICES literal"],
  ],
  [
    `docker run --rm -v "$PWD":/usr/src/app -w /usr/src/app node:22 npm test`,
    ["image: node:22", "bind: $PWD at /usr/src/app"],
  ],
  [
    "docker run --rm -v $(pwd):/app -u $(id -u):$(id -g) composer install",
    ["image: composer", "user: ?", "bind: $(pwd) at /app"],
  ],
  [
    "docker run --rm -v `pwd`:/mnt koalaman/shellcheck x.sh",
    ["image: koalaman/shellcheck", "bind: `pwd` at /mnt"],
  ],
  [
    "docker run -v ~/.aws:/root/.aws:ro -v $HOME/.ssh:/root/.ssh -v ${HOME}/.kube/config:/k amazon/aws-cli s3 ls",
    [
      "image: amazon/aws-cli",
      "bind: host ~/.aws at /root/.aws ro",
      "bind: host ~/.ssh at /root/.ssh",
      "bind: host ~/.kube/config at /k",
    ],
  ],
  [
    "docker run --cap-drop=ALL --cap-add=NET_BIND_SERVICE --security-opt=no-new-privileges --read-only --tmpfs /tmp:rw,noexec -u 1000:1000 -m 256m --cpus=.5 --pids-limit=100 app:1.2",
    [
      "image: app:1.2",
      "user: 1000:1000",
      "no-new-privileges: true",
      "read-only: true",
      "memory: 268435456",
      "cpus: 0.5",
      "pids: 100",
      "+NET_BIND_SERVICE",
      "-ALL",
      "tmpfs:  at /tmp",
    ],
  ],
  [
    "docker run --privileged=false --read-only=0 x",
    ["image: x", "privileged: false", "read-only: false"],
  ],
  ["docker run --privileged=$P x", ["image: x", "privileged: ?"]],
  ["docker run --privileged=maybe x", ["image: x", "privileged: ?"]],
  [
    "docker run -itd --cap-add sys_admin --cap-add=CAP_NET_RAW x",
    ["image: x", "+SYS_ADMIN", "+NET_RAW"],
  ],
  [
    "docker run --security-opt seccomp:unconfined --security-opt apparmor=unconfined --security-opt label:disable --security-opt systempaths=unconfined x",
    [
      "image: x",
      "seccomp: unconfined",
      "apparmor: unconfined",
      "selinux: disabled",
      "proc: unmasked",
    ],
  ],
  [
    "docker run --security-opt no-new-privileges:true --security-opt label=type:spc_t --security-opt apparmor:my-profile x",
    [
      "image: x",
      "no-new-privileges: true",
      "apparmor: profile my-profile",
      "selinux: custom spc_t",
    ],
  ],
  ["docker run --security-opt no-new-privileges=false x", ["image: x", "no-new-privileges: false"]],
  ["docker run --security-opt no-new-privileges=yes x", ["image: x", "no-new-privileges: ?"]],
  ["docker run --security-opt No-New-Privileges x", ["image: x", "unknown security option"]],
  ["docker run --cap-add NET_ADMIN,SYS_TIME x", ["image: x", "+NET_ADMIN,SYS_TIME"]],
  ["podman run --cap-add NET_ADMIN,SYS_TIME x", ["image: x", "+NET_ADMIN", "+SYS_TIME"]],
  [
    "docker run --security-opt seccomp=unconfined --security-opt seccomp=builtin x",
    ["image: x", "seccomp: default"],
  ],
  ["docker run --security-opt seccomp=missing.json x", ["image: x", "seccomp: ?"]],
  ["docker run --security-opt systempaths=foo x", ["image: x", "proc: ?"]],
  ["docker run --security-opt unmask=ALL x", ["image: x", "unknown security option"]],
  [
    "docker run --security-opt label=disable --security-opt label=type:foo_t --security-opt label=$L x",
    ["image: x", "selinux: disabled"],
  ],
  [
    "docker run --security-opt label=type:foo_t --security-opt label=$L x",
    ["image: x", "selinux: ?"],
  ],
  [
    "docker run --security-opt seccomp=$P --security-opt seccomp=unconfined x",
    ["image: x", "seccomp: unconfined"],
  ],
  [
    "docker run --network container:vpn --ipc shareable --uts=host --userns=host --cgroupns host x",
    [
      "image: x",
      "network: joined vpn",
      "ipc: shareable",
      "uts: host",
      "user: host",
      "cgroup: host",
    ],
  ],
  ["docker run --network none --network=front x", ["image: x", "network: none"]],
  ["docker run --network name=host,alias=a x", ["image: x", "network: host"]],
  [
    "docker run --mount type=bind,source=/etc,target=/etc,readonly,bind-propagation=rshared --mount type=tmpfs,dst=/t --mount src=v,dst=/v x",
    ["image: x", "bind: host /etc at /etc ro rshared", "tmpfs:  at /t", "volume: v at /v"],
  ],
  [
    "docker run --mount type=volume,dst=/h,volume-driver=local,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/ x",
    ["image: x", "volume: host / at /h volume-driver"],
  ],
  [
    `docker run --mount 'type=volume,dst=/n,volume-opt=type=nfs,"volume-opt=o=addr=10.0.0.1,rw",volume-opt=device=:/x' x`,
    ["image: x", "volume:  at /n"],
  ],
  ["docker run -v /data x", ["image: x", "volume:  at /data"]],
  [
    "docker run -v ./a:/a -v ../b:/b:z -v $PWD/c:/c x",
    [
      "image: x",
      "bind: ./a at /a",
      "bind: ../b at /b",
      "bind: $PWD/c at /c",
      "unknown source of a mount",
    ],
  ],
  [
    "docker run -v /var/run/../run/docker.sock/:/s x",
    ["image: x", "bind: host /run/docker.sock at /s"],
  ],
  ["docker run -v $SOCK:/s x", ["image: x", "bind: $SOCK at /s", "unknown source of a mount"]],
  [
    "docker run -v $XDG_RUNTIME_DIR/docker.sock:/s x",
    ["image: x", "bind: host /run/user/$UID/docker.sock at /s"],
  ],
  ["docker run -v /a:/b:/c:/d x", ["image: x", "unknown volume"]],
  [
    "docker run --use-api-socket docker:cli ps",
    ["image: docker:cli", "bind: host /run/docker.sock at /var/run/docker.sock api-socket"],
  ],
  [
    "docker run --volumes-from db:ro busybox tar c /data",
    ["image: busybox", "other: db at - ro volumes-from", "unknown mounts of another container"],
  ],
  [
    "docker run --device /dev/sda:/dev/xvda:r --device=/dev/fuse --device-cgroup-rule 'c 10:229 rwm' --device vendor.com/gpu=0 x",
    [
      "image: x",
      "device: /dev/sda",
      "device: /dev/fuse",
      "cgroup-rule: c 10:229 rwm",
      "cdi: vendor.com/gpu=0",
    ],
  ],
  [
    "docker run --sysctl net.ipv4.ip_forward=1 --sysctl kernel.msgmax=1 x",
    ["image: x", "sysctl: net.ipv4.ip_forward=1", "sysctl: kernel.msgmax=1"],
  ],
  [
    "docker run -p 127.0.0.1:5432:5432 -p 53:53/udp -p 8000-8010:8000-8010 -p 80 -p [::1]:81:80 -P x",
    [
      "image: x",
      "port: 127.0.0.1 5432 5432 tcp",
      "port: * 53 53 udp",
      "port: * 8000-8010 8000-8010 tcp",
      "port: * any 80 tcp",
      "port: ::1 81 80 tcp",
      "port: * any (every exposed one) tcp",
    ],
  ],
  ...[
    "foo",
    "80:foo",
    "foo:80",
    "80/foo",
    "99999:80",
    "10-9",
    "::",
    "target=foo,published=80",
    "published=80,mode=host",
  ].map((port): [string, string[]] => [
    `docker run -p ${port} x`,
    ["image: x", "unknown published port"],
  ]),
  ["docker run -p $P:80 -p 81:$Q x", ["image: x", "port: * $P 80 tcp", "port: * 81 $Q tcp"]],
  ...[
    ["pid", "pid"],
    ["ipc", "ipc"],
    ["uts", "uts"],
    ["userns", "user"],
    ["cgroupns", "cgroup"],
  ].flatMap(([flag = "", name = ""]) =>
    ["docker", "podman"].map((engine): [string, string[]] => [
      `${engine} run --${flag}=foo x`,
      ["image: x", `${name}: ?`],
    ]),
  ),
  ["docker run --userns=keep-id x", ["image: x", "user: ?"]],
  ["docker run --pid=private x", ["image: x", "pid: ?"]],
  ["podman run --pid=private x", ["image: x", "pid: own"]],
  ["docker run --network=foo:bar x", ["image: x", "network: ?"]],
  ["docker run --network=my-net_1.x x", ["image: x", "network: own"]],
  ["docker run --network=container: x", ["image: x", "network: ?"]],
  ["docker run --network front --network $N x", ["image: x", "network: ?"]],
  ["podman run --network=slirp4netns:mtu=1 x", ["image: x", "network: own"]],
  ["docker run --pid= --userns= x", ["image: x"]],
  [
    "docker run -m 0 --cpus 0 --pids-limit=-1 x",
    ["image: x", "memory: undefined", "cpus: undefined", "pids: undefined"],
  ],
  ["docker run --cpu-quota 50000 x", ["image: x", "cpus: 0.5"]],
  ["docker run --memory lots x", ["image: x", "memory: ?", "unknown value of --memory"]],
  ["docker run --group-add docker --group-add=0 x", ["image: x", "group: docker", "group: 0"]],
  ["docker run -u root x", ["image: x", "user: root"]],
  ["docker run --user=0:0 x", ["image: x", "user: 0:0"]],
  ["docker run -u=1000 x", ["image: x", "user: 1000"]],
  ["docker run -uroot x", ["image: x", "user: root"]],
  ["docker run -u ${UID_OF_APP:-0} x", ["image: x", "user: 0"]],
  ["docker run -u $WHO x", ["image: x", "user: ?"]],
  [
    "docker run --health-cmd 'curl -f localhost' x",
    ["image: x", "health check: curl -f localhost"],
  ],
  ["docker run --entrypoint sh x -c 'exec y'", ["image: x"]],
  ["docker run -- x --privileged", ["image: x"]],
  ["docker run x --privileged -v /:/h", ["image: x"]],
  ["docker container create --init x", ["image: x"]],
  ["docker --context prod --log-level=debug run --privileged x", ["image: x", "privileged: true"]],
  ["docker -H ssh://host run --pid host x", ["image: x", "pid: host"]],
  ["/usr/local/bin/docker run --privileged x", ["image: x", "privileged: true"]],
  ["sudo -E docker run --privileged x", ["image: x", "privileged: true"]],
  ["sudo -u deploy env A=b timeout 5m docker run --privileged x", ["image: x", "privileged: true"]],
  ["$SUDO docker run --privileged x", ["image: x", "privileged: true"]],
  ["DOCKER=podman; $DOCKER run --privileged x", ["image: x", "privileged: true"]],
  ["${DOCKER:-docker} run --privileged x", ["image: x", "privileged: true"]],
  ["$(which docker) run --privileged x", ["image: x", "privileged: true"]],
  ["$CONTAINER_ENGINE run --privileged x", ["image: x", "privileged: true"]],
  ["id=$(docker run -d --privileged x)", ["image: x", "privileged: true"]],
  ["if ! docker run --privileged x; then exit 1; fi", ["image: x", "privileged: true"]],
  ["test -f a && docker run --privileged x | tee log", ["image: x", "privileged: true"]],
  ["start() { docker run --privileged x; }", ["image: x", "privileged: true"]],
  ["ssh root@host 'docker run --privileged x'", ["image: x", "privileged: true"]],
  ['bash -c "docker run --privileged x"', ["image: x", "privileged: true"]],
  ["ssh host <<EOF\ndocker run --privileged x\nEOF", ["image: x", "privileged: true"]],
  ["op run -- docker run --privileged x", ["image: x", "privileged: true"]],
  ["docker run \\\n  --privileged \\\n  x", ["image: x", "privileged: true"]],
  ["docker run \\\r\n  --privileged \\\r\n  x\r\n", ["image: x", "privileged: true"]],
  [
    'ARGS=(--rm --privileged)\nARGS+=(-v /:/h)\ndocker run "${ARGS[@]}" x',
    ["image: x", "privileged: true", "bind: host / at /h"],
  ],
  [
    "OPTS='--net host'\nOPTS=\"$OPTS --pid host\"\ndocker run $OPTS x",
    ["image: x", "network: host", "pid: host"],
  ],
  ["IMG=a\nIMG=b\ndocker run $IMG", ["image: ?"]],
  ["TAG=1.2\ndocker run app:$TAG", ["image: app:1.2"]],
  [': "${TAG:=9}"\ndocker run app:$TAG', ["image: app:9"]],
  ["for i in a b; do docker run $i; done", ["image: ?"]],
  ["docker run $DOCKER_OPTS nginx:1", ["image: nginx:1", "unknown flags of the run line"]],
  ["docker run ${{ inputs.flags }} nginx:1", ["image: nginx:1", "unknown flags of the run line"]],
  ["docker run --rm `# a comment` \\\n --privileged x", ["image: x", "privileged: true"]],
  ['docker run "$@"', ["image: ?", "unknown flags of the run line"]],
  ["docker run --privledged x y", ["image: ?", "unknown flag --privledged"]],
  ["docker run --new-thing=1 x y", ["image: x", "unknown flag --new-thing"]],
  ["docker run --cap-add $CAP x", ["image: x", "unknown capability of --cap-add"]],
  [
    "docker run -e TOKEN=$TOKEN -e URL=https://$HOST/x x",
    ["image: x", "env: TOKEN unresolved", "env: URL literal"],
  ],
  ["TOKEN=abc docker run -e TOKEN x", ["image: x", "env: TOKEN literal"]],
  ["docker run --env-file missing.env x", ["image: x", "unknown environment file missing.env"]],
  [
    "podman run --userns=keep-id --security-opt unmask=ALL --secret db,type=env,target=PW --secret key,mode=0400 x",
    [
      "image: x",
      "user: the calling user",
      "proc: unmasked",
      "user: own",
      "secret: key at /run/secrets/key ro",
      "env: PW reference",
    ],
  ],
  [
    "podman run --cap-add=NET_RAW,NET_ADMIN --cap-drop all docker://nginx:1",
    ["image: nginx:1", "+NET_RAW", "+NET_ADMIN", "-ALL"],
  ],
  [
    "podman run --pod web --uidmap 0:100000:65536 x",
    ["image: x", "network: pod", "ipc: pod", "uts: pod", "user: own"],
  ],
  ["podman run --cgroups=disabled x", ["image: x", "pids: undefined"]],
  ["podman run --cgroups=split x", ["image: x"]],
  ["podman run --pid ns:/proc/1/ns/pid x", ["image: x", "pid: host"]],
  ["podman run --uidmap 0:0:65536 x", ["image: x", "user: ?"]],
  ["podman run --uidmap 0:@0:1 --uidmap 1:100000:65535 x", ["image: x", "user: ?"]],
  ["podman run --uidmap 10:0:1 --gidmap 0:0:1 x", ["image: x", "user: own"]],
  ["podman run --network shop:ip=10.88.0.10 x", ["image: x", "network: own"]],
  [
    "podman create --init-ctr=once --pod web x",
    ["image: x", "network: pod", "ipc: pod", "uts: pod"],
  ],
  ["nerdctl run --init-binary tini x", ["image: x"]],
  ["nerdctl --selinux-enabled run --network host x", ["image: x", "network: host"]],
  ["podman --registries-conf r.conf --tls-ca ca.pem run --pid host x", ["image: x", "pid: host"]],
  ["podman run --rootfs /srv/root sh", ["image: ?"]],
  ["podman run --env-host x", ["image: x", "unknown environment"]],
  ["nerdctl -n k8s.io run --net host x", ["image: x", "network: host"]],
  [
    "docker service create --name web --network host --mount type=bind,src=/,dst=/h --secret source=tls,target=/etc/tls,mode=0440 --limit-memory 1g --limit-cpu 2 --publish mode=host,target=80,published=8080 --cap-add ALL --user 0 redis:7",
    [
      "image: redis:7",
      "user: 0",
      "network: host",
      "memory: 1073741824",
      "cpus: 2",
      "+ALL",
      "bind: host / at /h",
      "secret: tls at /etc/tls ro",
      "port: * 8080 80 tcp",
    ],
  ],
  ["docker exec -it web bash", ["image: ?", "docker exec: bash"]],
  [
    "docker exec -u 0 --privileged web sh -c 'id'",
    ["image: ?", "user: 0", "docker exec: as 0 privileged sh -c id"],
  ],
  [
    "docker compose -f a.yaml --profile x exec -T -u 0 --index 2 --privileged web id",
    ["image: ?", "user: 0", "docker compose exec: as 0 privileged id"],
  ],
  ["docker compose exec --no-tty web sh", ["image: ?", "docker compose exec: sh"]],
  ["docker-compose -p shop exec web sh", ["image: ?", "docker-compose exec: sh"]],
  [
    "podman compose exec --user=app web sh",
    ["image: ?", "user: app", "podman compose exec: as app sh"],
  ],
  ["docker exec -e TOKEN=x web env", ["image: ?", "env: TOKEN literal", "docker exec: env"]],
  [
    "docker build -t app:1 --build-arg NPM_TOKEN=$NPM_TOKEN --build-arg V=1 --build-arg X --target prod --network=host .",
    [
      "image: ?",
      "user: ?",
      "target: prod",
      "arg: NPM_TOKEN reference",
      "arg: V literal",
      "arg: X reference",
      "build network: host",
    ],
  ],
  [
    "docker buildx build . --allow security.insecure --allow=network.host --push --platform linux/amd64,linux/arm64",
    ["image: ?", "user: ?", "allow: security.insecure", "allow: network.host"],
  ],
  [
    "podman build --cap-add=SYS_ADMIN -v /:/h .",
    ["image: ?", "user: ?", "unknown build flag --cap-add", "unknown build flag -v"],
  ],
])("reads %s", (line, expected) => {
  const found = postures(line);
  expect(found).toHaveLength(1);
  expect(found[0]).toEqual(expected);
});

test.each([
  'echo "docker run --privileged x"',
  "echo docker run x",
  "# docker run x",
  "docker run --help",
  "docker run --rm --help x",
  "docker build --help",
  "docker --help run x",
  "docker --version",
  "grep docker run file",
  "man docker run",
  "cat <<EOF\ndocker run x\nEOF",
  "cat > help.txt <<'EOF'\ndocker run $(docker run x)\nEOF",
  "docker compose run web",
  "docker-compose run web",
  "docker run",
  "docker run --rm -it",
  "docker run [OPTIONS] IMAGE",
  "docker run ...",
  "docker pull nginx",
  "docker rm -f run",
  "docker image ls",
  "command -v docker run",
  "which docker run",
  "printf '%s' 'docker run x'",
  "alias d='docker run x'",
  "docker",
  "run docker x",
])("finds no run line in %j", (line) => {
  expect(readText("run.sh", line).workloads).toEqual([]);
});

test("a flag's fact points at the flag", () => {
  const text = 'docker run -it -v /:/h --cap-add SYS_ADMIN --cap-add="NET_RAW" -u 0 x';
  const [workload] = readText("run.sh", text).workloads;
  const place = (span: { start: number; end: number } | undefined): string =>
    span === undefined ? "" : text.slice(span.start, span.end);
  expect(place(workload?.source)).toBe("docker run");
  expect(place(workload?.runtime?.mounts[0]?.origin.span)).toBe("-v /:/h");
  expect(place(workload?.runtime?.capAdd[0]?.origin.span)).toBe("--cap-add SYS_ADMIN");
  expect(place(workload?.runtime?.capAdd[1]?.origin.span)).toBe('--cap-add="NET_RAW"');
  expect(place(workload?.user.origin.span)).toBe("-u 0");
  expect(place(workload?.image.origin.span)).toBe("x");
});

test("ids do not depend on lines and tell run lines apart", () => {
  const ids = (text: string): string[] => readText("a/run.sh", text).workloads.map(({ id }) => id);
  const text = "docker run nginx:1\ndocker run --name web nginx:1\n";
  expect(ids(text)).toEqual(["a/run.sh#line:1:nginx", "a/run.sh#line:2:web"]);
  expect(ids(`\n\n# moved\n${text}`)).toEqual(ids(text));
});

test("an environment file is read beside the script or from the root", () => {
  const env = "# comment\nA=1\nB = no\nTOKEN=abc def\nPASSED\n";
  const reading = readText("ci/run.sh", "docker run --env-file .env x", { "ci/.env": env });
  expect(reading.workloads[0]?.env.map(({ name, from, surface }) => [name, from, surface])).toEqual(
    [
      ["A", "literal", "env-file"],
      ["TOKEN", "literal", "env-file"],
      ["PASSED", "inherited", "env-file"],
    ],
  );
  const span = reading.workloads[0]?.env[1]?.valueSpan;
  expect(span?.file.path).toBe("ci/.env");
  expect(env.slice(span?.start, span?.end)).toBe("abc def");
});

test("a seccomp profile is read", () => {
  const others = {
    "ci/profile.json": '{"defaultAction":"SCMP_ACT_ALLOW"}',
    "bad.json": "{",
    "list.json": "[]",
    "bom.json": "\uFEFF{}",
  };
  const seccomp = (name: string): unknown =>
    readText("ci/run.sh", `docker run --security-opt seccomp=${name} x`, others).workloads[0]
      ?.runtime?.seccomp;
  expect(seccomp("profile.json")).toMatchObject({
    value: { mode: "custom", profile: { defaultAction: "SCMP_ACT_ALLOW" } },
  });
  expect(seccomp("bad.json")).toMatchObject({
    known: false,
    why: "the seccomp profile cannot be read: it is not valid JSON",
  });
  for (const name of ["none.json", "list.json", "bom.json", "default", ""]) {
    expect(seccomp(name)).toMatchObject({ known: false });
  }
});

test("a build that names a Dockerfile tells which image comes from it", () => {
  const others = { "docker/Dockerfile": "FROM node\n", Dockerfile: "FROM node\n" };
  const builds = (line: string): unknown =>
    readText("run.sh", line, others).builds?.map(({ image, dockerfile, target }) => [
      image.text,
      dockerfile,
      target,
    ]);
  expect(builds("docker build -t app:1 -f docker/Dockerfile --target prod .")).toEqual([
    ["app:1", "docker/Dockerfile", "prod"],
  ]);
  expect(builds("docker build -t app -t reg/app:2 .")).toEqual([
    ["app", "Dockerfile", undefined],
    ["reg/app:2", "Dockerfile", undefined],
  ]);
  expect(builds("docker build -t app docker")).toEqual([["app", "docker/Dockerfile", undefined]]);
  expect(builds("docker build -t app https://example.com/x.git")).toBeUndefined();
  expect(builds("docker build -t app - < Dockerfile")).toBeUndefined();
});

test("a value taken from a variable says so and points at both places", () => {
  const text = "OPTS='--privileged --pid=host'\ndocker run $OPTS x\n";
  const [workload] = readText("run.sh", text).workloads;
  const origin = workload?.runtime?.namespaces.pid.origin;
  expect(origin).toMatchObject({ kind: "set", derived: "value of $OPTS" });
  expect(text.slice(origin?.span?.start, origin?.span?.end)).toBe("--pid=host");
});

test.each([
  ["docker run -v ../../../../../../etc:/y x", "a/b/run.sh", true],
  ["docker run -v $PWD/../../..:/y x", "a/b/run.sh", true],
  ["docker run -v $HOME/../root:/y x", "a/b/run.sh", true],
  ["docker run -v ~/../..:/y x", "a/b/run.sh", true],
  ["docker run --mount type=bind,src=a/../../../..,dst=/y x", "a/b/run.sh", true],
  ["docker run --mount type=bind,src=./a/../../../..,dst=/y x", "a/b/run.sh", true],
  ["docker run -v ../data:/y -v $PWD/../..:/z x", "a/b/run.sh", false],
  ["docker run -v ../data:/y x", "/home/me/app/run.sh", false],
  ["docker run -v ../../../etc:/y x", "/home/me/app/run.sh", true],
  ["docker run -v $PWD/a/../b:/y -v ~/x/..:/z x", "run.sh", false],
])("%s in %s leads out of the checked files: %s", (line, path, leaves) => {
  const [workload] = readText(path, line).workloads;
  expect(workload?.unknowns.map(({ what }) => what)).toEqual(leaves ? ["source of a mount"] : []);
});

test.each([
  ["docker run --group-add $G x", "supplementary group"],
  ['docker run --device-cgroup-rule "$RULE" x', "device cgroup rule"],
])("%s leaves an unknown", (line, what) => {
  const [workload] = readText("run.sh", line).workloads;
  expect(workload?.unknowns.map((unknown) => unknown.what)).toEqual([what]);
  expect(workload?.runtime?.devices).toEqual([]);
});

test("an unknown runtime is an unknown fact", () => {
  const [workload] = readText("run.sh", "docker run --runtime $RT x").workloads;
  expect(workload?.runtime?.ociRuntime).toMatchObject({ known: false });
});

test.each([
  ["docker -H tcp://h:2375 run x", "-H tcp://h:2375"],
  ["docker --host tcp://h:2375 exec x sh", "--host tcp://h:2375"],
  ["docker --host=tcp://h:2375 build .", "--host=tcp://h:2375"],
  ["DOCKER_HOST=tcp://h:2375 docker run x", "DOCKER_HOST=tcp://h:2375"],
])("%s talks to an engine over TCP", (line, place) => {
  const [workload] = readText("run.sh", line).workloads;
  expect(workload?.env).toMatchObject([{ name: "DOCKER_HOST", value: "tcp://h:2375" }]);
  const [variable] = workload?.env ?? [];
  expect(variable === undefined ? "" : placeOf(variable.origin)).toBe(place);
});

test.each([
  "docker -H unix:///run/docker.sock run x",
  "docker --tlsverify -H tcp://h:2375 run x",
  "DOCKER_TLS_VERIFY=1 DOCKER_HOST=tcp://h:2375 docker run x",
])("%s does not talk to an engine in the clear", (line) => {
  expect(readText("run.sh", line).workloads[0]?.env).toEqual([]);
});

test("never puts a value into an unknown", () => {
  const text =
    "docker run --env PASSWORD=hunter2 --bogus hunter2 -e $X=hunter2 -v $A:/hunter2 --memory hunter2 --passwrd hunter2 x";
  const [workload] = readText("run.sh", text).workloads;
  expect(workload?.unknowns.map(({ what }) => what)).toEqual([
    "flag --bogus",
    "flag --passwrd",
    "value of --memory",
    "source of a mount",
    "environment variable",
  ]);
  expect(`${workload?.id} ${workload?.name}`).not.toContain("hunter2");
  for (const { what, why, settle } of workload?.unknowns ?? []) {
    expect(`${what} ${why} ${settle}`).not.toContain("hunter2");
  }
});
