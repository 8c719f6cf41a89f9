/** Whom a container runs as. */

import type { Fact } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { User } from "../../model/user.ts";
import type { Field } from "../yaml/fields.ts";
import { factOf, originOf } from "../yaml/fields.ts";
import type { SecurityScope } from "./security-scope.ts";

/**
 * `runAsUser` of the container, else of the pod, else the image's user. With `runAsNonRoot: true` the
 * kubelet refuses to start the container as uid 0, or as a user that it only knows by name.
 * Source: kubernetes v1.37, pkg/kubelet/kuberuntime/security_context_others.go, verifyRunAsNonRoot.
 */
export function userOf(
  scope: SecurityScope,
  imageUser: Fact<User>,
  platform: "linux" | "windows",
): Fact<User> {
  if (platform === "windows") {
    return scope.runAsUserName === undefined
      ? imageUser
      : factOf(
          mapped(scope.runAsUserName, (name): User => ({ text: name, name })),
          imageUser,
        );
  }
  const { runAsUser, runAsNonRoot } = scope;
  const user =
    runAsUser === undefined
      ? withGroup(imageUser, scope)
      : withGroup(
          factOf(
            mapped(runAsUser, (uid) => parseUser(String(uid))),
            imageUser,
          ),
          scope,
        );
  if (runAsNonRoot === undefined || runAsNonRoot.value === false) return user;
  if (runAsNonRoot.value === undefined) {
    return user.known
      ? user
      : { ...user, why: `${user.why}, and runAsNonRoot is neither true nor false` };
  }
  if (user.known) return { ...user, value: { ...user.value, verifiedNonRoot: true } };
  // A wrong `runAsUser` is refused as a whole; an image that is not at hand is not.
  if (runAsUser !== undefined) return user;
  return known({ text: "", verifiedNonRoot: true }, originOf(runAsNonRoot));
}

function mapped<T, U>(written: Field<T>, convert: (value: T) => U): Field<U> {
  return { ...written, value: written.value === undefined ? undefined : convert(written.value) };
}

function withGroup(user: Fact<User>, { runAsGroup }: SecurityScope): Fact<User> {
  if (runAsGroup === undefined || !user.known) return user;
  const gid = runAsGroup.value;
  if (gid === undefined) {
    return unknownFact(
      `runAsGroup must be ${runAsGroup.wanted}`,
      "correct runAsGroup",
      originOf(runAsGroup),
    );
  }
  const { group: _, ...value } = user.value;
  const name = value.text.split(":", 1)[0] ?? "";
  return { ...user, value: { ...value, gid, text: `${name}:${gid}` } };
}
