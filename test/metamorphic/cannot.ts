/**
 * Which weakness cannot be written in which form, and why. A rule and a form that stand neither here nor in
 * a row fail the test, and so does one that stands in both.
 */

import type { Form } from "./forms.ts";

const START = "an image does not decide how its container is started";
const NO_BUILD = "this form builds nothing; the Dockerfile is judged by itself";
const NO_KEYS = "builds are judged where they are called and in the Dockerfile";
const ENTERS = "the line enters a container that runs already";
const BUILDS = "the line builds an image and starts no container";
const SWARM = "Swarm services have no such option";
const RUNNER = "the runner's own configuration decides it";
const KUBERNETES_ONLY = "Kubernetes alone mounts a token for its API";
const ENGINE_FILTERS = "the engine applies its own filter unless it is told not to";
const BY_DOCKERFILE = "the Dockerfile decides it, which is judged by itself";

/** Rules that judge how a container is started. */
const atStart = [
  "capabilities-not-dropped",
  "dangerous-capability",
  "engine-socket",
  "host-device",
  "host-namespace",
  "host-port",
  "joined-namespace",
  "mac-unconfined",
  "mount-propagation",
  "no-resource-limits",
  "privilege-escalation-allowed",
  "seccomp-not-set",
  "seccomp-profile-weak",
  "seccomp-unconfined",
  "secret-file-exposed",
  "service-account-token",
  "unmasked-proc",
  "unsafe-sysctl",
  "useless-capability",
  "volume-driver-bind",
  "writable-root-filesystem",
] as const;

/** Rules that judge how an image is built. */
const atBuild = ["remote-add-unverified", "secret-file-copied"] as const;

/** Rules that judge what the layers and documents of a built image hold. */
const ofImages = [
  "secret-in-attestation",
  "secret-in-history",
  "secret-in-image-config",
  "secret-in-layer",
  "setuid-binaries",
] as const;
const BUILT = "only a built image shows it";

type Reasons = Readonly<Record<string, string>>;

const all = (rules: readonly string[], reason: string): Reasons =>
  Object.fromEntries(rules.map((rule) => [rule, reason]));

const builds: Reasons = {
  ...all(atBuild, NO_BUILD),
  "insecure-build-step": NO_BUILD,
  "secret-in-build-arg": NO_BUILD,
  "app-can-rewrite-itself": "who owns the files of an image is decided by its Dockerfile",
};

const reasons: Readonly<Record<Form, Reasons>> = {
  dockerfile: {
    ...all(atStart, START),
    privileged: START,
    "sensitive-host-path": START,
    "secret-passed-as-env": "an image is not given the caller's environment",
  },
  compose: {
    "seccomp-not-set": ENGINE_FILTERS,
    "service-account-token": KUBERNETES_ONLY,
  },
  kubernetes: {
    ...builds,
    "seccomp-profile-weak": "a `localhostProfile` lies on the node, where it is not read",
    "user-not-numeric": "`runAsUser` is a number",
    "volume-driver-bind": "a volume that is a host directory is openly a `hostPath`",
  },
  "run-line": {
    ...builds,
    "seccomp-not-set": ENGINE_FILTERS,
    "service-account-token": KUBERNETES_ONLY,
  },
  "service-create": {
    ...builds,
    "host-device": SWARM,
    "joined-namespace": SWARM,
    "mac-unconfined": SWARM,
    "privilege-escalation-allowed": `${SWARM}: there is nothing to write to harden it`,
    privileged: SWARM,
    "seccomp-not-set": ENGINE_FILTERS,
    "seccomp-profile-weak": SWARM,
    "seccomp-unconfined": SWARM,
    "service-account-token": KUBERNETES_ONLY,
    "unmasked-proc": SWARM,
  },
  "exec-line": {
    ...builds,
    ...all(atStart, ENTERS),
    "image-not-pinned": ENTERS,
    "sensitive-host-path": ENTERS,
    "user-not-numeric": "nothing verifies the user of a further process",
  },
  "build-line": {
    ...all(atStart, BUILDS),
    ...all(atBuild, BY_DOCKERFILE),
    "app-can-rewrite-itself": BY_DOCKERFILE,
    "image-not-pinned": BY_DOCKERFILE,
    privileged: BUILDS,
    "runs-as-root": BY_DOCKERFILE,
    "secret-in-command": BY_DOCKERFILE,
    "secret-in-env": BY_DOCKERFILE,
    "secret-passed-as-env": BUILDS,
    "sensitive-host-path": BUILDS,
    "user-not-numeric": BY_DOCKERFILE,
  },
  devcontainer: {
    ...all(atBuild, BY_DOCKERFILE),
    "app-can-rewrite-itself": BY_DOCKERFILE,
    "seccomp-not-set": ENGINE_FILTERS,
    "secret-file-exposed": "its mounts have no mode",
    "secret-in-command": "no key gives the container a command",
    "service-account-token": KUBERNETES_ONLY,
  },
  workflow: {
    ...all(atBuild, NO_KEYS),
    "app-can-rewrite-itself": NO_KEYS,
    "seccomp-not-set": ENGINE_FILTERS,
    "seccomp-profile-weak":
      "the options are read by the engine before the checkout, which holds the profile",
    "secret-file-exposed": "its volumes have no mode",
    "secret-in-command": "no key gives the container a command",
    "service-account-token": KUBERNETES_ONLY,
    "volume-driver-bind": "its volumes have no driver options",
  },
  gitlab: {
    ...all(atStart, RUNNER),
    ...builds,
    privileged: RUNNER,
    "secret-passed-as-env": "variables of the project need no line here",
    "sensitive-host-path": RUNNER,
  },
  "oci-config": {
    ...builds,
    "host-port": "publishing ports is the engine's work",
    "image-not-pinned": "the root file system is unpacked already",
    "seccomp-unconfined":
      "a runtime applies what is listed and nothing else: that is seccomp-not-set",
    "secret-file-exposed": "a mount has no mode of its own",
    "secret-passed-as-env": "the environment is written out",
    "service-account-token": KUBERNETES_ONLY,
    "user-not-numeric": "`process.user.uid` is a number",
    "volume-driver-bind": "there are no named volumes",
  },
  container: {
    ...builds,
    "app-can-rewrite-itself": "inspection does not tell who owns the files of its image",
    "image-not-pinned": "it runs already, from the image that it was given",
    "seccomp-not-set": ENGINE_FILTERS,
    "secret-file-exposed": "inspection tells no mode of a mount",
    "service-account-token": KUBERNETES_ONLY,
  },
};

export function whyNot(rule: string, form: Form): string | undefined {
  return reasons[form][rule] ?? (ofImages.some((id) => id === rule) ? BUILT : undefined);
}

/** Every rule for which a reason is given. */
export const namedRules: readonly string[] = [
  ...ofImages,
  ...Object.values(reasons).flatMap(Object.keys),
];
