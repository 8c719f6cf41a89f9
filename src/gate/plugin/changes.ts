/**
 * What the gate would have written otherwise than the client did. A proxy writes it; a plugin can only say
 * yes or no, so that each such place is a refusal which tells what to ask for.
 */

import type { Denial, GateRequest } from "../judge/contract.ts";
import { type Difference, differences } from "../judge/differences.ts";
import { writeJson } from "../wire/json/write.ts";

const MOST = 8;

/** Fields whose wanted value is the policy's own, and may be told. */
const TELLABLE =
  /^HostConfig\.(?:CapDrop|CapAdd|SecurityOpt|ReadonlyRootfs|Memory|NanoCpus|PidsLimit|ShmSize|NetworkMode)$|^User$/;
const LONGEST_TOLD = 120;

export function changeDenials(asked: GateRequest, written: GateRequest): readonly Denial[] {
  return differences(asked, written, MOST).map(denialOf);
}

function denialOf(difference: Difference): Denial {
  const { kind, at } = difference;
  switch (kind) {
    case "name":
      return refused(
        at,
        "a plugin cannot replace this name by the object's own id",
        "Name the object by its full id",
      );
    case "body":
      return refused(
        at,
        "the policy decides what stands here, and a plugin cannot write it",
        bodyHelp(difference),
      );
    default:
      return refused(
        at,
        `the policy sets this ${kind}, and a plugin cannot write it`,
        "Send it through a gate that is a proxy, or turn this part of the policy off",
      );
  }
}

function bodyHelp({ at, written }: Difference): string {
  const shown = written === undefined || !TELLABLE.test(at) ? undefined : writeJson(written);
  return shown !== undefined && shown.length <= LONGEST_TOLD
    ? `Ask for it yourself: ${shown}`
    : "Ask for it as the policy wants it, or turn this part of the policy off";
}

function refused(at: string, message: string, help: string): Denial {
  return { status: 403, rule: "plugin-cannot-write", at, message, help };
}
