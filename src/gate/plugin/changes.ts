/**
 * What the gate would have written otherwise than the client did. A proxy writes it; a plugin can only say
 * yes or no, so that each such place is a refusal which tells what to ask for.
 */

import type { Denial, GateRequest } from "../judge/contract.ts";
import { type JsonValue, isJsonList, isJsonObject } from "../wire/json/value.ts";
import { writeJson } from "../wire/json/write.ts";
import { type Query, writeQuery } from "../wire/query.ts";

const MOST = 8;

/** Fields whose wanted value is the policy's own, and may be told. */
const TELLABLE =
  /^HostConfig\.(?:CapDrop|CapAdd|SecurityOpt|ReadonlyRootfs|Memory|NanoCpus|PidsLimit|ShmSize|NetworkMode)$|^User$/;
const LONGEST_TOLD = 120;

export function changeDenials(asked: GateRequest, written: GateRequest): readonly Denial[] {
  const denials: Denial[] = [];
  for (const [name, value] of written.names) {
    if (asked.names.get(name) !== value) {
      denials.push(
        refused(
          name,
          "a plugin cannot replace this name by the object's own id",
          "Name the object by its full id",
        ),
      );
    }
  }
  for (const name of changedParameters(asked.query, written.query)) {
    denials.push(
      refused(
        name,
        "the policy sets this parameter, and a plugin cannot write it",
        "Send it through a gate that is a proxy, or turn this part of the policy off",
      ),
    );
  }
  const places: Place[] = [];
  compare(asked.body, written.body, "", places);
  denials.push(...places.map(placeDenial));
  return denials;
}

interface Place {
  readonly at: string;
  readonly wanted: JsonValue | undefined;
}

function placeDenial({ at, wanted }: Place): Denial {
  const shown = wanted === undefined || !TELLABLE.test(at) ? undefined : writeJson(wanted);
  const isShort = shown !== undefined && shown.length <= LONGEST_TOLD;
  return refused(
    at,
    "the policy decides what stands here, and a plugin cannot write it",
    isShort
      ? `Ask for it yourself: ${shown}`
      : "Ask for it as the policy wants it, or turn this part of the policy off",
  );
}

function refused(at: string, message: string, help: string): Denial {
  return { status: 403, rule: "plugin-cannot-write", at, message, help };
}

function changedParameters(asked: Query, written: Query): readonly string[] {
  const names = [...new Set([...asked.keys(), ...written.keys()])];
  const shown = (query: Query, name: string): string => {
    const values = query.get(name);
    return values === undefined ? "" : writeQuery(new Map([[name, values]]));
  };
  return names.filter((name) => shown(asked, name) !== shown(written, name));
}

function compare(
  asked: JsonValue | undefined,
  written: JsonValue | undefined,
  at: string,
  places: Place[],
): void {
  if (places.length >= MOST || asked === written) return;
  if (isJsonObject(asked) && isJsonObject(written)) {
    for (const key of new Set([...asked.keys(), ...written.keys()])) {
      compare(asked.get(key), written.get(key), at === "" ? key : `${at}.${key}`, places);
    }
    return;
  }
  // An object that is made of neutral members alone, where there was none, says nothing.
  if (asked === undefined && isJsonObject(written)) return compare(new Map(), written, at, places);
  if (asked === undefined && written !== undefined && isNeutral(written)) return;
  if (asked !== undefined && written !== undefined && writeJson(asked) === writeJson(written))
    return;
  places.push({ at, wanted: written });
}

/** What the engine reads as if it were not there. An empty list is none: for masked paths it means no mask. */
function isNeutral(value: JsonValue): boolean {
  if (value === null || value === false || value === "" || value === 0n) return true;
  return isJsonList(value) ? false : isJsonObject(value) && value.size === 0;
}
