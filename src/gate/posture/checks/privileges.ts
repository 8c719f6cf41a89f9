/** Privileges: of a container, of a process in it, of a service. */

import { isRoot, parseUser } from "../../../model/user.ts";
import { textOf } from "../json.ts";
import { isRefusedByCeiling } from "../ceiling/threshold.ts";
import { capabilities } from "./capabilities.ts";
import { type CheckRow, type Judge, refuseAlways } from "./check.ts";
import { judgeSeccomp, macUnconfined, securityOptions } from "./security-opt.ts";

function privileged(what: string, instead: string): Judge {
  return (_value, at, judging) => {
    if (judging.grants.privileged) {
      judging.grant(at);
      return;
    }
    judging.miss({
      rule: "privileged",
      at,
      message: `${what}: with it the host is taken over in one step`,
      key: "privileged",
      value: true,
      instead,
    });
  };
}

const maskedPaths: Judge = (_value, at, judging) => {
  if (judging.grants.privileged) {
    judging.grant(at);
    return;
  }
  judging.deny({
    rule: "unmasked-proc",
    at,
    message:
      "this list leaves kernel files in /proc and /sys open that the engine's own list closes",
    help: "Leave it out: the engine's own list then holds",
  });
};

/** An exec names its user itself: root in a container whose own user is another. */
const execUser: Judge = (value, at, judging) => {
  if (!isRoot(parseUser(textOf(value)))) return;
  if (
    judging.client.forced.user === undefined &&
    !isRefusedByCeiling("runs-as-root", "medium", judging.client)
  ) {
    return;
  }
  judging.deny({
    rule: "runs-as-root",
    at,
    message: "the process would run as root of the container",
    help: "Leave the user out: the process then runs as the container's own",
    needs: { key: ["posture", "rules", "runs-as-root"], value: "off" },
  });
};

const seccompMode: Judge = (value, at, judging) => {
  const mode = textOf(value);
  if (mode === "default") return;
  const forced = judging.client.forced.seccompProfile;
  // The profile itself is compared with the policy's own.
  if (mode === "custom" && forced !== undefined) return;
  judgeSeccomp(mode, at, judging);
};

const seccompProfile: Judge = (value, at, judging) => {
  judgeSeccomp(Buffer.from(textOf(value), "base64").toString(), at, judging);
};

const appArmorMode: Judge = (value, at, judging) => {
  if (textOf(value) !== "default") macUnconfined("AppArmor", textOf(value), at, judging);
};

const selinux: Judge = (_value, at, judging) => macUnconfined("SELinux", "", at, judging);

const WITH_SELINUX = "with TaskSpec.ContainerSpec.Privileges.SELinuxContext";

export const privilegeChecks: readonly CheckRow[] = [
  [
    "HostConfig",
    "Privileged",
    "privileged containers",
    privileged(
      "this asks for all capabilities and devices and no masks",
      "ask only for what is needed",
    ),
  ],
  ["HostConfig", "CapAdd", "capabilities", capabilities],
  [
    "HostConfig",
    "Capabilities",
    "the whole set of capabilities, in API 1.40",
    refuseAlways(
      "capability-not-granted",
      "the whole set of capabilities is given by no client any more",
      "Use CapAdd and CapDrop",
    ),
  ],
  ["HostConfig", "SecurityOpt", "seccomp, AppArmor, SELinux, no-new-privileges", securityOptions],
  ["HostConfig", "MaskedPaths", "masks of /proc and /sys", maskedPaths, true],
  ["HostConfig", "ReadonlyPaths", "masks of /proc and /sys", maskedPaths, true],
  [
    "ContainerExecRequest",
    "Privileged",
    "privileged processes",
    privileged("this asks for all capabilities inside the container", "leave it out"),
  ],
  ["ContainerExecRequest", "User", "root", execUser],
  ["TaskSpec.ContainerSpec", "CapabilityAdd", "capabilities", capabilities],
  ["TaskSpec.ContainerSpec", "Privileges", "seccomp, AppArmor, SELinux", "parts"],
  [
    "TaskSpec.ContainerSpec.Privileges",
    "CredentialSpec",
    "credentials of Windows",
    refuseAlways("credential-spec", "a credential spec is read from the host", "Leave it out"),
  ],
  [
    "TaskSpec.ContainerSpec.Privileges.CredentialSpec",
    "Config File Registry",
    "credentials of Windows",
    "with TaskSpec.ContainerSpec.Privileges.CredentialSpec",
  ],
  ["TaskSpec.ContainerSpec.Privileges", "SELinuxContext", "SELinux", selinux],
  [
    "TaskSpec.ContainerSpec.Privileges.SELinuxContext",
    "Disable User Role Type Level",
    "SELinux",
    WITH_SELINUX,
  ],
  ["TaskSpec.ContainerSpec.Privileges", "Seccomp AppArmor", "seccomp and AppArmor", "parts"],
  ["TaskSpec.ContainerSpec.Privileges.Seccomp", "Mode", "seccomp", seccompMode],
  ["TaskSpec.ContainerSpec.Privileges.Seccomp", "Profile", "seccomp", seccompProfile],
  ["TaskSpec.ContainerSpec.Privileges.AppArmor", "Mode", "AppArmor", appArmorMode],
];
