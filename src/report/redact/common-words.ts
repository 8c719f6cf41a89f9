/** Words that say nothing even when somebody chose one as a password, and without which no report reads. */

const COMMON = new Set(
  `true false none null auto default latest stable example examples root admin user users nobody guest test testing
  local localhost prod production staging development main master alpine debian ubuntu slim node nginx redis mysql
  mariadb mongo mongodb postgres postgresql rabbitmq python ruby golang java docker podman containerd kubernetes
  container containers image images service services stage pod pods host hosts network bridge volume volumes bind tmpfs
  npipe secret secrets config configs projected other own joined shareable custom unconfined not-set profile disabled
  enabled masked unmasked device devices cgroup-rule cdi block-volume literal reference inherited unresolved environment
  exec build file files path name value values number port ports group groups password passwd token key keys label labels
  privileged capability capabilities seccomp apparmor selinux runtime command entrypoint workdir from with this that
  private slave shared rshared rslave rprivate linux windows dockerfile compose access public server client database
  data cache proxy worker http https json yaml bash shell sleep echo exit read write mount mounts socket process
  processes kernel system memory limit limits digest version tag tags variable variables which when what where
  high medium critical info detail help message high low unknown unknowns change changeme`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Whether a value is too common to be hidden wherever it stands. */
export function isCommonWord(value: string): boolean {
  return COMMON.has(value.toLowerCase());
}
