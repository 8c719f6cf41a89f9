/** Goes through a canonical body by the schema, and asks each field's check. What has none is refused. */

import { classOf } from "../api/classes.ts";
import { resolve, type Struct } from "../api/structs.ts";
import type { WireType } from "../api/types.ts";
import type { JsonObject, JsonValue } from "../wire/json/value.ts";
import { isJsonList, isJsonObject } from "../wire/json/value.ts";
import type { Judge } from "./checks/check.ts";
import { checks } from "./checks/table.ts";
import { isNeutralAs, shown } from "./json.ts";
import type { Judging } from "./judging.ts";

/** What becomes of one field of a struct. */
interface Plan {
  readonly judge: Judge | "parts" | "nobody";
  readonly type: WireType;
  /** Whether the judge is asked for an empty value too. */
  readonly evenEmpty: boolean;
}

/** `at` is the place of the value itself: "" for a body. */
export function checkFields(value: JsonValue, type: WireType, at: string, judging: Judging): void {
  const resolved = resolve(type);
  if ("fields" in resolved) {
    if (isJsonObject(value)) checkStruct(value, resolved, at, judging);
    return;
  }
  if (resolved.kind === "pointer") checkFields(value, resolved.to, at, judging);
  else if (resolved.kind === "list" && isJsonList(value)) {
    for (const [index, item] of value.entries()) {
      checkFields(item, resolved.of, `${at}[${String(index)}]`, judging);
    }
  } else if (resolved.kind === "map" && isJsonObject(value)) {
    for (const [key, item] of value) {
      checkFields(item, resolved.of, `${at}["${shown(key)}"]`, judging);
    }
  }
}

function checkStruct(value: JsonObject, struct: Struct, at: string, judging: Judging): void {
  const plans = plansOf(struct);
  for (const [name, inner] of value) {
    const plan = plans.get(name);
    if (plan === undefined) {
      unchecked(join(at, name), judging);
    } else if (plan.judge === "parts") {
      if (isCompound(inner)) checkFields(inner, plan.type, join(at, name), judging);
    } else if (plan.evenEmpty || !isNeutralAs(inner, plan.type)) {
      if (plan.judge === "nobody") unchecked(join(at, name), judging);
      else plan.judge(inner, join(at, name), judging);
    }
  }
}

const isCompound = (value: JsonValue): boolean => isJsonObject(value) || isJsonList(value);

const join = (at: string, name: string): string => (at === "" ? name : `${at}.${name}`);

function unchecked(at: string, judging: Judging): void {
  judging.deny({
    rule: "unchecked-field",
    at,
    message: "nothing here tells whether this field is harmless, so it does not pass",
    help: "Leave it out",
  });
}

const plansByStruct = new WeakMap<Struct, ReadonlyMap<string, Plan>>();

function plansOf(struct: Struct): ReadonlyMap<string, Plan> {
  const known = plansByStruct.get(struct);
  if (known !== undefined) return known;
  const plans = new Map(
    [...struct.fields.values()].map(({ name, owner, type }): [string, Plan] => {
      const check = checks.get(`${owner}.${name}`);
      // A field without a check is gone through when its class says that it is harmless itself.
      const harmless = classOf(owner, name)?.class === 0;
      const judge = check?.judge ?? (harmless ? "parts" : "nobody");
      return [
        name,
        {
          judge: typeof judge === "string" && judge !== "parts" ? "nobody" : judge,
          type,
          evenEmpty: check?.evenEmpty === true,
        },
      ];
    }),
  );
  plansByStruct.set(struct, plans);
  return plans;
}
