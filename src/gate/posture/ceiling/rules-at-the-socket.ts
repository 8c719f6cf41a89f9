/**
 * What becomes of each rule of the rulebook at the engine's socket. `judged` rules are about what a request
 * would be granted. The others are left out, for the reason given, unless a policy names them under
 * `posture: rules`.
 */

const OF_THE_IMAGE =
  "it is about the image's own content, which the client that starts it cannot change";
const OF_A_BUILD = "it is about the lines of a Dockerfile, which do not come through the socket";
const OWN_SECRETS =
  "it is about the client's own secrets; the request grants nothing by it, and has no other place for them";

/** `judged`, or why not. */
export const rulesAtTheSocket: Readonly<Record<string, string>> = {
  "capabilities-not-dropped": "judged",
  "dangerous-capability": "judged",
  "engine-socket": "judged",
  "host-device": "judged",
  "host-namespace": "judged",
  "host-port": "judged",
  "joined-namespace": "judged",
  "mac-unconfined": "judged",
  "mount-propagation": "judged",
  "no-resource-limits": "judged",
  "privilege-escalation-allowed": "judged",
  privileged: "judged",
  "runs-as-root": "judged",
  "seccomp-not-set": "judged",
  "seccomp-profile-weak": "judged",
  "seccomp-unconfined": "judged",
  "sensitive-host-path": "judged",
  "unmasked-proc": "judged",
  "unsafe-sysctl": "judged",
  "useless-capability": "judged",
  "user-not-numeric": "judged",
  "volume-driver-bind": "judged",
  "writable-root-filesystem": "judged",

  "app-can-rewrite-itself": OF_THE_IMAGE,
  "secret-file-copied": OF_A_BUILD,
  "secret-file-exposed": OF_THE_IMAGE,
  "secret-in-attestation": OF_THE_IMAGE,
  "secret-in-build-arg": OF_A_BUILD,
  "secret-in-command": OWN_SECRETS,
  "secret-in-env": OWN_SECRETS,
  "secret-in-history": OF_THE_IMAGE,
  "secret-in-image-config": OF_THE_IMAGE,
  "secret-in-layer": OF_THE_IMAGE,
  "secret-passed-as-env": OWN_SECRETS,
  "setuid-binaries": OF_THE_IMAGE,

  "engine-api-over-tcp":
    "it is about what the container's programs connect to; they could without the request's saying so",
  "image-not-pinned":
    "which images may be used is for `grant: images` and `images-by-digest` to say",
  "insecure-build-step": OF_A_BUILD,
  "remote-add-unverified": OF_A_BUILD,
  "service-account-token": "it is about Kubernetes",
};

/**
 * Which grant lifts which findings: those at the very field that the grant covers. `privileged` also lifts what
 * follows from it.
 */
export const liftedBy: Readonly<Record<string, readonly string[]>> = {
  "apparmor-unconfined": ["mac-unconfined"],
  binds: ["engine-socket", "mount-propagation", "sensitive-host-path", "volume-driver-bind"],
  capabilities: ["dangerous-capability", "useless-capability"],
  "device-requests": ["host-device"],
  devices: ["host-device"],
  "host-namespaces": ["host-namespace", "joined-namespace"],
  networks: ["host-namespace", "joined-namespace"],
  ports: ["host-port"],
  privileged: [
    "dangerous-capability",
    "host-device",
    "mac-unconfined",
    "mount-propagation",
    "privileged",
    "seccomp-profile-weak",
    "seccomp-unconfined",
    "unmasked-proc",
    "useless-capability",
  ],
  "seccomp-unconfined": ["seccomp-profile-weak", "seccomp-unconfined"],
  sysctls: ["unsafe-sysctl"],
};
