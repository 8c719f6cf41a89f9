/** A process of the container runs as uid 0. */

import { heldDrop } from "../../model/privilege-drop.ts";
import { describeUser, isRoot } from "../../model/user.ts";
import type { Fact } from "../../model/fact.ts";
import type { Severity } from "../../model/finding.ts";
import type { User } from "../../model/user.ts";
import type { Exec, Workload } from "../../model/workload.ts";
import { wellKnownImage } from "../../linux/well-known-images.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { hasUserNamespace, isWritten, samePlace } from "../posture.ts";
import { cisDocker, kubernetesHardening, nist, podSecurity } from "../references.ts";
import { windowsAdministrator } from "./windows.ts";

export const rule: Rule = {
  id: "runs-as-root",
  title: "Container runs as root",
  layer: "user",
  severity: "high",
  references: [
    ...cisDocker("4.1", "5.24"),
    podSecurity("restricted", "Running as Non-root"),
    podSecurity("restricted", "Running as Non-root user (v1.23+)"),
    kubernetesHardening("Non-root containers and rootless container engines"),
    ...nist("3.1.2", "4.1.2"),
  ],
  check: (workload) => {
    if (workload.platform !== "linux") return windowsAdministrator(workload);
    return [
      ...(startsContainer(workload) ? mainProcess(workload) : []),
      ...workload.execs.flatMap((exec) => execProcess(exec, workload)),
    ];
  },
};

/**
 * `docker exec` and `docker build` lines and volumes have no main process to judge. Where a file names only an image
 * that others start, the user counts when the file names that too.
 */
function startsContainer({ kind, runtime, user, execs }: Workload): boolean {
  if (kind === "kubernetes-container") return runtime !== undefined;
  if (kind !== "run-line" || runtime !== undefined) return true;
  return user.known && user.origin.kind === "set" && execs.length === 0;
}

function mainProcess(workload: Workload): FindingDraft[] {
  const { user } = workload;
  if (!user.known) return [unknownUser(workload, user)];
  if (user.value.verifiedNonRoot === true) {
    if (isRoot(user.value)) return [contradiction(workload, user)];
  } else if (isRoot(user.value)) return [knownRoot(workload, user)];
  return rootGroup(workload, user.value);
}

function knownRoot(workload: Workload, user: Fact<User>): FindingDraft {
  const drop = heldDrop(workload);
  const base = {
    confidence: "high",
    help: help(workload),
    at: user.origin,
    label: label(user),
    subject: "user",
  } as const;
  if (hasUserNamespace(workload.runtime)) {
    return {
      ...base,
      severity: "low",
      message: "runs as root of a user namespace",
      detail:
        "Root here is an unprivileged user on the host, because the container has a user namespace of its own. An attacker inside still owns every file of the container and may reach kernel code that is meant for root.",
    };
  }
  if (drop !== undefined) {
    const to = drop.to === undefined ? "another user" : drop.to;
    return {
      ...base,
      severity: "medium",
      message: `starts as root; the entrypoint drops to ${to} (not proved)`,
      detail: `The container starts as uid 0 and its entrypoint gives root up with ${drop.tool}. Whoever takes over before that point, or through \`exec\`, is root, and the container needs the SETUID and SETGID capabilities only for this step.`,
      related: [
        { span: drop.origin.span ?? workload.source, label: `drops root with ${drop.tool}` },
      ],
    };
  }
  return {
    ...base,
    severity: "high",
    message: "runs as root",
    detail:
      "The processes of this container have uid 0, the same uid that owns the host. An attacker who takes over the application may change every file of the container, use every capability that it has, and is root on the host after any escape.",
  };
}

function unknownUser(workload: Workload, user: Fact<User>): FindingDraft {
  const why = user.known ? "" : user.why;
  const settle = user.known ? "" : user.settle;
  const draft = {
    severity: "medium",
    confidence: "low",
    help: `To settle it: ${settle}. ${help(workload)}`,
    at: user.origin,
    subject: "user",
  } as const;
  if (user.origin.kind === "set") {
    return {
      ...draft,
      message: "may run as root: its user is not known",
      detail: `A user is written here and cannot be told: ${why}. When it comes out empty or 0, the container runs as root.`,
      label: "this user is not known",
    };
  }
  return {
    ...draft,
    message: "runs as root unless the image sets another user",
    detail: `It is not known as whom this container runs: ${why}. An image that sets no user runs as root.`,
    label: "no user is set here",
  };
}

function contradiction(workload: Workload, user: Fact<User>): FindingDraft {
  return {
    severity: "medium",
    confidence: "high",
    message: "asks for root and forbids it, so it will not start",
    detail:
      "`runAsNonRoot` is true, but the user is root (uid 0). The kubelet refuses to start such a container.",
    help: help(workload),
    at: user.origin,
    label: label(user),
    subject: "user",
  };
}

/** Not root, but in root's group, which owns many files of most images. */
function rootGroup(workload: Workload, user: User): FindingDraft[] {
  if (user.gid !== 0 && user.group !== "root") return [];
  return [
    {
      severity: "low",
      confidence: "high",
      message: "runs in the group of root (gid 0)",
      detail: `The processes run as ${describeUser(user)}. An attacker inside may read and write whatever the image or a mounted volume opens to root's group.`,
      help: inForm(workload, {
        dockerfile: "Give the user a group of its own: `USER 1000:1000`",
        compose: 'Give the user a group of its own: `user: "1000:1000"`',
        kubernetes: "Set `runAsGroup` in `securityContext` to a group other than 0",
        run: "Give the user a group of its own: `--user 1000:1000`",
        oci: "Set `process.user.gid` to a group other than 0",
      }),
      at: workload.user.origin,
      label: describeUser(user),
      subject: "group",
    },
  ];
}

/** Hooks and `exec` count when they name root themselves; otherwise they follow the container's user. */
function execProcess(exec: Exec, workload: Workload): FindingDraft[] {
  const { user } = exec;
  if (!user.known || !isWritten(user.origin) || !isRoot(user.value)) return [];
  const follows = samePlace(user.origin, workload.user.origin);
  if (follows && startsContainer(workload)) return [];
  const severity: Severity = hasUserNamespace(workload.runtime) ? "low" : "medium";
  return [
    {
      severity,
      confidence: "high",
      message: `${exec.what} runs as root`,
      detail:
        "This further process of the container has uid 0, whatever user the container itself has. Files and programs that an attacker planted inside are run or followed with root's rights.",
      help: inForm(workload, {
        compose: "Give the hook a `user:` that is not root, or prepare the files in the image",
        kubernetes: "Let the hook run as the container's user",
        run: "Name a user that is not root: `--user 1000:1000`",
        oci: "Set `process.user.uid` to a user that is not root",
      }),
      at: user.origin,
      label: "root",
      subject: `exec ${exec.what}`,
    },
  ];
}

function label(user: Fact<User>): string {
  if (!user.known) return "";
  const { origin, value } = user;
  if (origin.kind === "set") return value.text === "" ? "no user" : "root";
  if (origin.kind === "inherited") return `${origin.from} runs as root and nothing here changes it`;
  return "no user is set";
}

/** Images whose programs need root when they start, and what to use in their place. */
const NEED_ROOT: Readonly<Record<string, string>> = {
  "docker.io/library/docker":
    "The engine in this image needs root when it starts: use its rootless variant (`docker:dind-rootless`), or build without an engine",
  "docker.io/gitlab/gitlab-ce":
    "The programs of this image need root when they start and drop it themselves: with another user it does not start. Take rights from it by other means: `no-new-privileges`, fewer capabilities, a user namespace",
  "docker.io/gitlab/gitlab-ee":
    "The programs of this image need root when they start and drop it themselves: with another user it does not start. Take rights from it by other means: `no-new-privileges`, fewer capabilities, a user namespace",
  "docker.io/library/nginx":
    "Use `nginxinc/nginx-unprivileged` in place of `nginx`. A user alone (101) fails: nginx's cache and run directories belong to root, so that they must be given to the user (`chown -R 101 /var/cache/nginx /run`) or the pid file and cache moved to where the user may write",
};

function help(workload: Workload): string {
  const needsRoot = workload.image.known ? workload.image.value.repository : "";
  const instead = Object.hasOwn(NEED_ROOT, needsRoot) ? NEED_ROOT[needsRoot] : undefined;
  if (instead !== undefined) return instead;
  const ready = imageUser(workload);
  const id = ready === undefined ? "1000:1000" : `${ready.uid}:${ready.gid}`;
  const uid = id.slice(0, id.indexOf(":"));
  const known = ready === undefined ? "" : ` (the image brings the user ${ready.name})`;
  const orImage =
    workload.build === undefined ? "" : `, or end the Dockerfile's last stage with \`USER ${id}\``;
  return inForm(workload, {
    dockerfile: `End the stage with \`USER ${id}\`${known}, after the last step that needs root`,
    compose: `Add \`user: "${id}"\` to the service${known}${orImage}`,
    kubernetes: `Set \`runAsNonRoot: true\` and \`runAsUser: ${uid}\` in \`securityContext\`${known}`,
    run: `Add \`--user ${id}\`${known}`,
    workflow: `Add \`--user ${id}\` to the container's \`options:\`${known}; a container that runs steps may need the runner's uid, 1001`,
    devcontainer: `Set \`"containerUser"\` to ${ready === undefined ? "a user of the image" : `\`"${ready.name}"\`, which the image brings`}; \`remoteUser\` alone leaves the container's own processes as root`,
    oci: `Set \`process.user.uid\` and \`gid\` to ${id}${known}`,
  });
}

function imageUser(workload: Workload): { name: string; uid: number; gid: number } | undefined {
  if (!workload.image.known) return undefined;
  return wellKnownImage(workload.image.value)?.unprivileged[0];
}
