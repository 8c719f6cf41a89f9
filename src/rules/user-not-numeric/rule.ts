/** The user is given by name, so nobody but the image can say which uid it is. */

import { isRoot } from "../../model/user.ts";
import type { User } from "../../model/user.ts";
import type { Workload } from "../../model/workload.ts";
import { wellKnownImage } from "../../linux/well-known-images.ts";
import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { cisDocker, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "user-not-numeric",
  title: "User is a name, not a number",
  layer: "user",
  severity: "low",
  references: [...cisDocker("4.1"), podSecurity("restricted", "Running as Non-root")],
  check: (workload) => {
    const { user } = workload;
    if (workload.platform !== "linux" || !user.known) return [];
    const { name, uid } = user.value;
    if (name === undefined || isRoot(user.value)) return [];
    // An image's accounts tell the number, and yet it is a name that its configuration holds.
    if (uid !== undefined && workload.kind !== "image") return [];
    if (WINDOWS_USER.test(name) || isChosenByImage(workload, user.value)) return [];
    const refused = user.value.verifiedNonRoot === true;
    return [
      {
        severity: refused ? "medium" : "low",
        confidence: "high",
        message: refused
          ? `will not start: the kubelet cannot verify that user ${name} is not root`
          : `user ${name} is a name, not a number`,
        detail: `${uid === undefined ? `Which uid ${name} stands for is written in the image's /etc/passwd, and may be 0.` : `In the image's /etc/passwd ${name} has the uid ${String(uid)}, which is not looked up before the container is started.`} Kubernetes refuses to start a container with \`runAsNonRoot: true\` whose user is a name.`,
        help: help(workload, user.value),
        at: user.origin,
        label: `user ${name}`,
        subject: "user",
      },
    ];
  },
};

/** The accounts of Windows containers, which have no uids. */
const WINDOWS_USER = /^Container(?:Administrator|User)$/i;

/** An image whose uids are known names the user, and nothing but Kubernetes minds. */
function isChosenByImage(workload: Workload, user: User): boolean {
  return (
    workload.user.origin.kind === "inherited" &&
    workload.kind !== "kubernetes-container" &&
    workload.kind !== "dockerfile-stage" &&
    numericIds(workload, user) !== undefined
  );
}

function help(workload: Workload, user: User): string {
  const id = numericIds(workload, user);
  const uid = id?.slice(0, id.indexOf(":"));
  const how = id === undefined ? " (`id` in the image prints it)" : "";
  const ids = id ?? "<uid>:<gid>";
  const forms = {
    dockerfile: `Write the number: \`USER ${ids}\`${how}`,
    compose: `Write the number: \`user: "${ids}"\`${how}`,
    kubernetes: `Set \`runAsUser: ${uid ?? "<uid>"}\` in \`securityContext\`, or give the image a numeric USER${how}`,
    run: `Write the number: \`--user ${ids}\`${how}`,
    oci: `Set \`process.user.uid\`${how}`,
  };
  return inForm(workload, forms, workload.user.origin);
}

/** The ids behind the name where the image's accounts tell them, or a table of well-known images. */
function numericIds(workload: Workload, user: User): string | undefined {
  if (user.uid !== undefined) return `${String(user.uid)}:${String(user.gid ?? user.uid)}`;
  if (!workload.image.known) return undefined;
  const entry = wellKnownImage(workload.image.value)?.unprivileged.find(
    ({ name }) => name === user.name,
  );
  return entry === undefined ? undefined : `${entry.uid}:${entry.gid}`;
}
