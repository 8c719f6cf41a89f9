import { describe, expect, test } from "vitest";
import { operations } from "../api/operations.ts";
import { resolve, structs, type Struct } from "../api/structs.ts";
import type { WireType } from "../api/types.ts";
import { classifyName, MAYBE_SCORE } from "../../detect/classify-name.ts";
import { answerFields, answerType, type AnswerField } from "./answer-types.ts";
import { redactions } from "./table.ts";

/** Every field that an answer can hold. */
function reachable(): ReadonlyMap<string, AnswerField> {
  const fields = new Map<string, AnswerField>();
  const seen = new Set<Struct>();
  const walk = (type: WireType): void => {
    const resolved = resolve(type);
    if ("fields" in resolved) {
      if (seen.has(resolved)) return;
      seen.add(resolved);
      for (const field of answerFields(resolved).values()) {
        fields.set(`${field.owner}.${field.name}`, field);
        walk(field.type);
      }
    } else if (resolved.kind === "list" || resolved.kind === "map") walk(resolved.of);
    else if (resolved.kind === "pointer") walk(resolved.to);
  };
  for (const described of operations.values()) {
    const type = answerType(described);
    if (type !== undefined) walk(type);
  }
  return fields;
}

describe("the table", () => {
  const fields = reachable();

  /** moby's own list, and what names say. */
  const SECRET =
    /^(?:data|jointokens?|passwords?|secrets?|signingcakey|unlockkey)$|passw|token|secret|credential/i;
  /** What holds variables, options and commands of whatever name. */
  const HOLDS =
    /^(?:env|labels|options|driveropts|annotations|command|cmd|entrypoint|args|arguments|createdby|config|test|attributes)$/i;
  const PLACES =
    /^(?:mountpoint|sandboxkey|dockerrootdir|logpath|pathonhost|socket)$|(?:^|[a-z])Path$/;

  const texts = (type: WireType): boolean => {
    const resolved = resolve(type);
    if ("fields" in resolved) return false;
    if (resolved.kind === "scalar")
      return resolved.scalar === "string" || resolved.scalar === "bytes";
    if (resolved.kind === "any") return true;
    return texts(resolved.kind === "pointer" ? resolved.to : resolved.of);
  };

  test("a field named like a secret, or like something that holds one, has a row", () => {
    expect(fields.size).toBeGreaterThan(400);
    const without = [...fields].filter(
      ([key, { name, type }]) =>
        !redactions.has(key) &&
        (SECRET.test(name) ||
          (texts(type) &&
            (HOLDS.test(name) || PLACES.test(name) || classifyName(name).score >= MAYBE_SCORE))),
    );
    expect(without.map(([key]) => key)).toEqual([]);
  });

  test("every row is of a field that an answer can hold", () => {
    expect([...redactions.keys()].filter((key) => !fields.has(key))).toEqual([]);
  });

  test("no struct holds itself: what is hidden below is found in one walk", () => {
    const inside = (struct: Struct, above: ReadonlySet<Struct>): boolean => {
      if (above.has(struct)) return true;
      return [...answerFields(struct).values()].some(({ type }) =>
        holds(type, new Set([...above, struct])),
      );
    };
    const holds = (type: WireType, above: ReadonlySet<Struct>): boolean => {
      const resolved = resolve(type);
      if ("fields" in resolved) return inside(resolved, above);
      if (resolved.kind === "pointer") return holds(resolved.to, above);
      return (resolved.kind === "list" || resolved.kind === "map") && holds(resolved.of, above);
    };
    expect(
      [...structs.values()].filter((struct) => inside(struct, new Set())).map(({ name }) => name),
    ).toEqual([]);
  });
});
