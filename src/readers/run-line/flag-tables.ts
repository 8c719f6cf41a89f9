/**
 * Which flags the commands have, and which of them take a value.
 *
 * Sources: docker/cli v28.2.2 and 28f756087e (29.8) cli/command/container/opts.go, service/opts.go,
 * image/build.go; docker/buildx v0.30 and 461836ba0 commands/build.go; containers/podman v5.6 and c6580b4a52
 * (6.0) cmd/podman/root.go, common/create.go and netflags.go; containers/buildah v1.41 and 5b1b18eeb
 * pkg/cli/common.go; containerd/nerdctl v2.1 and 8da50408 (2.3.5) cmd/nerdctl;
 * docker/compose v2.40 cmd/compose/compose.go and exec.go.
 * The tables join the engines: a flag that only one of them has is read for all.
 */

export interface FlagTable {
  /** Long names of flags that take a value. */
  readonly values: ReadonlySet<string>;
  /** Long names of flags that are true or false; a value needs `=`. */
  readonly booleans: ReadonlySet<string>;
  /** One-letter names and what they stand for. */
  readonly shorts: ReadonlyMap<string, string>;
  /** Whether flags may stand after operands. */
  readonly interspersed: boolean;
}

function table(
  values: string,
  booleans: string,
  shorts: Readonly<Record<string, string>>,
  interspersed = false,
): FlagTable {
  const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));
  return {
    values: words(values),
    booleans: words(`${booleans} help`),
    shorts: new Map(Object.entries(shorts)),
    interspersed,
  };
}

/** Flags between `docker` and the command. */
export const GLOBAL_FLAGS = table(
  `config context host log-level tlscacert tlscert tlskey
   cgroup-manager conmon connection db-backend events-backend hooks-dir identity imagestore module
   network-cmd-path network-config-dir out root runroot runtime runtime-flag ssh storage-driver
   storage-opt tmpdir url volumepath
   address namespace snapshotter cni-path cni-netconfpath data-root hosts-dir host-gateway-ip
   bridge-ip userns-remap cdi-spec-dirs cdi-spec-dir cpu-profile default-mounts-file max-workers
   memory-profile network-backend pull-option registries-conf tls-ca tls-cert tls-details tls-key`,
  `debug tls tlsverify version noout remote syslog transient-store trace debug-full experimental insecure-registry
   kube-hide-dupe selinux-enabled`,
  {
    c: "context",
    D: "debug",
    H: "host",
    l: "log-level",
    v: "version",
    r: "remote",
    n: "namespace",
    a: "address",
  },
);

/** `run` and `create`. */
export const RUN_FLAGS = table(
  `add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns
   cidfile cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus
   cpuset-cpus cpuset-mems detach-keys device device-cgroup-rule device-read-bps device-read-iops
   device-write-bps device-write-iops dns dns-opt dns-option dns-search domainname entrypoint env
   env-file expose gpus group-add health-cmd health-interval health-retries health-start-interval
   health-start-period health-timeout hostname io-maxbandwidth io-maxiops ip ip6 ipc isolation
   kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory
   memory-reservation memory-swap memory-swappiness mount name net net-alias network network-alias
   oom-score-adj pid pids-limit platform publish pull restart runtime security-opt shm-size
   stop-signal stop-timeout storage-opt sysctl tmpfs ulimit user userns uts volume volume-driver
   volumes-from workdir
   arch authfile cert-dir cgroup-conf cgroups chrootdirs conmon-pidfile creds decryption-key
   env-merge gidmap group-entry health-log-destination health-max-log-count health-max-log-size
   health-on-failure health-startup-cmd health-startup-interval health-startup-retries
   health-startup-success health-startup-timeout hosts-file hostuser image-volume init-binary init-ctr init-path os
   passwd-entry personality pidfile pod pod-id-file preserve-fd preserve-fds rdt-class requires
   retry retry-delay sdnotify seccomp-policy secret shm-size-systemd signature-policy subgidname
   subuidname systemd timeout tz uidmap umask unsetenv variant
   cosign-certificate-identity cosign-certificate-identity-regexp cosign-certificate-oidc-issuer
   cosign-certificate-oidc-issuer-regexp cosign-key ipfs-address verify`,
  `detach disable-content-trust init interactive no-healthcheck oom-kill-disable privileged publish-all
   quiet read-only rm sig-proxy tty use-api-socket
   env-host http-proxy no-hostname no-hosts passwd read-only-tmpfs replace rmi rootfs tls-verify
   unsetenv-all`,
  {
    a: "attach",
    c: "cpu-shares",
    d: "detach",
    e: "env",
    h: "hostname",
    i: "interactive",
    l: "label",
    m: "memory",
    p: "publish",
    P: "publish-all",
    q: "quiet",
    t: "tty",
    u: "user",
    v: "volume",
    w: "workdir",
  },
);

/** Flags between `docker compose` and the command. */
export const COMPOSE_FLAGS = table(
  `ansi env-file file parallel profile progress project-directory project-name podman-args`,
  "all-resources compatibility dry-run verbose version",
  { f: "file", p: "project-name", v: "version" },
);

/** `exec`, also that of Compose. */
export const EXEC_FLAGS = table(
  "detach-keys env env-file user workdir cidfile preserve-fd preserve-fds index wait",
  "detach interactive privileged tty latest dry-run no-session no-tty",
  {
    d: "detach",
    e: "env",
    i: "interactive",
    l: "latest",
    t: "tty",
    T: "no-tty",
    u: "user",
    w: "workdir",
  },
);

/** `service create`. */
export const SERVICE_FLAGS = table(
  `cap-add cap-drop config constraint container-label credential-spec dns dns-option dns-search
   endpoint-mode entrypoint env env-file generic-resource group health-cmd health-interval
   health-retries health-start-interval health-start-period health-timeout host hostname isolation
   label limit-cpu limit-memory limit-pids log-driver log-opt max-concurrent memory-swap
   memory-swappiness mode mount name network oom-score-adj placement-pref publish replicas
   replicas-max-per-node reserve-cpu reserve-memory restart-condition restart-delay
   restart-max-attempts restart-window rollback-delay rollback-failure-action
   rollback-max-failure-ratio rollback-monitor rollback-order rollback-parallelism secret
   stop-grace-period stop-signal sysctl ulimit update-delay update-failure-action
   update-max-failure-ratio update-monitor update-order update-parallelism user workdir`,
  "detach init no-healthcheck no-resolve-image quiet read-only tty with-registry-auth",
  {
    d: "detach",
    e: "env",
    l: "label",
    p: "publish",
    q: "quiet",
    t: "tty",
    u: "user",
    w: "workdir",
  },
);

/** `build`, `buildx build`, `image build`. */
export const BUILD_FLAGS = table(
  `add-host build-arg cache-from cgroup-parent cpu-period cpu-quota cpu-shares cpuset-cpus cpuset-mems
   file iidfile isolation label memory memory-swap network platform security-opt shm-size tag target
   ulimit output progress secret ssh
   allow annotation attest build-context builder cache-to call invoke metadata-file no-cache-filter
   policy print provenance resource root sbom server-config
   arch authfile build-arg-file cache-ttl cap-add cap-drop cert-dir cgroupns cpp-flag creds cw
   decryption-key device dns dns-option dns-search env format from group-add hooks-dir ignorefile ipc
   jobs layer-label logfile manifest network-config-dir omit-history os os-feature os-version pid
   retry retry-delay runtime runtime-flag sbom-image-output sbom-output sbom-purl-output
   sbom-scanner-command sbom-scanner-image sign-by signature-policy source-date-epoch
   source-policy-file timestamp unsetannotation unsetenv unsetlabel userns userns-gid-map
   userns-gid-map-group userns-uid-map userns-uid-map-user uts variant volume
   allow-host buildkit-host namespace`,
  `compress disable-content-trust force-rm no-cache pull quiet rm squash check debug load push stream
   all-platforms compat-volumes created-annotation http-proxy identity-label inherit-annotations
   inherit-labels layers logsplit no-hostname no-hosts privileged rewrite-timestamp rusage
   skip-unused-stages squash-all stdin tls-verify ipfs`,
  {
    c: "cpu-shares",
    D: "debug",
    f: "file",
    m: "memory",
    o: "output",
    q: "quiet",
    t: "tag",
    v: "volume",
  },
  true,
);
