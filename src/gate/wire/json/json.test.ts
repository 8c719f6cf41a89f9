import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operation, operations } from "../../api/operations.ts";
import { wireType } from "../../api/types.ts";
import { readBody } from "./body.ts";
import { checkJson } from "./check.ts";
import { foldName } from "./fold.ts";
import { parseJsonBytes, parseJsonText } from "./parse.ts";
import {
  canonical,
  comparable,
  referenceDecode,
} from "../../../../test/gate/support/json-values.ts";
import type { JsonValue } from "./value.ts";
import { writeJson, writeJsonBytes } from "./write.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const create = operation("ContainerCreate");

/** The canonical text, or `code at path`. */
function judged(text: string, minor = 56, of = create): string {
  const read = readBody(of, bytes(text), minor);
  if (!read.ok) return `${read.refusal.code} at ${read.refusal.at}`;
  return read.value === undefined ? "" : writeJson(read.value);
}

describe("a body is read as Go would at most, and written anew", () => {
  test("order, spaces and nulls go; zero values and empty lists stay", () => {
    expect(
      judged(
        '{ "Image" : "a", "Hostname":null, "HostConfig":{"MaskedPaths":null,"Privileged":false,"ReadonlyPaths":[]} }',
      ),
    ).toBe('{"Image":"a","HostConfig":{"Privileged":false,"ReadonlyPaths":[]}}');
  });

  test("map keys keep their case and may differ by it only", () => {
    expect(judged('{"Labels":{"b":"1","a":"2","A":null,"Ho\u017Ft":"x"}}')).toBe(
      '{"Labels":{"A":"","Ho\u017Ft":"x","a":"2","b":"1"}}',
    );
  });

  test("null in a map is a value where Go has pointers or slices", () => {
    expect(judged('{"NetworkingConfig":{"EndpointsConfig":{"n":null}}}')).toBe(
      '{"NetworkingConfig":{"EndpointsConfig":{"n":null}}}',
    );
    expect(judged('{"HostConfig":{"PortBindings":{"80/tcp":null}}}')).toBe(
      '{"HostConfig":{"PortBindings":{"80/tcp":null}}}',
    );
    expect(judged('{"Volumes":{"/x":null}}')).toBe('{"Volumes":{"/x":{}}}');
  });

  test("__proto__ is a key like any other", () => {
    expect(judged('{"Labels":{"__proto__":"x","constructor":"y"}}')).toBe(
      '{"Labels":{"__proto__":"x","constructor":"y"}}',
    );
    expect(judged('{"__proto__":{"Privileged":true}}')).toBe("unknown-field at __proto__");
    expect(judged('{"constructor":1}')).toBe("unknown-field at constructor");
  });

  test("integers keep every digit", () => {
    expect(judged('{"HostConfig":{"Memory":9007199254740993}}')).toBe(
      '{"HostConfig":{"Memory":9007199254740993}}',
    );
    expect(judged('{"HostConfig":{"Memory":-9223372036854775808}}')).toContain(
      "-9223372036854775808",
    );
    expect(judged('{"HostConfig":{"OomScoreAdj":-0}}')).toBe('{"HostConfig":{"OomScoreAdj":0}}');
  });

  test.each([
    ['{"HostConfig":{"Memory":9223372036854775808}}', "out-of-range at HostConfig.Memory"],
    ['{"HostConfig":{"BlkioWeight":65536}}', "out-of-range at HostConfig.BlkioWeight"],
    ['{"HostConfig":{"BlkioWeight":-1}}', "out-of-range at HostConfig.BlkioWeight"],
    ['{"HostConfig":{"Memory":1.0}}', "wrong-type at HostConfig.Memory"],
    ['{"HostConfig":{"Memory":1e400}}', "wrong-type at HostConfig.Memory"],
    [`{"HostConfig":{"Memory":${"9".repeat(100_000)}}}`, "out-of-range at HostConfig.Memory"],
    ['{"HostConfig":{"Memory":01}}', "bad-json at HostConfig"],
    ['{"HostConfig":{"Memory":"1"}}', "wrong-type at HostConfig.Memory"],
    ['{"HostConfig":{"Binds":[null]}}', "wrong-type at HostConfig.Binds[0]"],
    ['{"HostConfig":{"Mounts":[{"type":"bind"}]}}', "wrong-case at HostConfig.Mounts[0].type"],
    ['{"HostConfig":{"ConsoleSize":[1,2,3]}}', "wrong-type at HostConfig.ConsoleSize"],
    ['{"HostConfig":{"Dns":["not an address"]}}', "bad-value at HostConfig.Dns[0]"],
    ['{"ExposedPorts":{"80":{},"080/tcp":{}}}', 'duplicate-key at ExposedPorts["080/tcp"]'],
    ['{"ExposedPorts":{"http":{}}}', "bad-value at ExposedPorts.http"],
    ['{"Image":"a","Image":"a"}', "duplicate-key at Image"],
    ["null", "wrong-type at "],
    ["[]", "wrong-type at "],
    ["", "empty-body at "],
    [" \n", "empty-body at "],
    ['{"Image":"\\ud800"}', "lone-surrogate at Image"],
    ['{"\\udc00":1}', "lone-surrogate at "],
    ['{"Image":"a\u0001"}', "bad-json at Image"],
    ['{"Image":"\\x"}', "bad-json at Image"],
    ['{"Image":"a"', "bad-json at "],
    ['{"Image":"a",}', "bad-json at "],
    ['{"Image":tru}', "bad-json at Image"],
    ["{}{}", "trailing-data at "],
    ["\uFEFF{}", "byte-order-mark at "],
    [`{"Labels":${"[".repeat(100)}`, /^(?:too-deep|wrong-type) at Labels/],
  ])("body %# is refused", (text, expected) => {
    expect(judged(text)).toEqual(
      expected instanceof RegExp ? expect.stringMatching(expected) : expected,
    );
  });

  test("an escaped pair is one character", () => {
    expect(judged(String.raw`{"Image":"\ud83d\ude00\u0041\n"}`)).toBe(
      String.raw`{"Image":"😀A\n"}`,
    );
  });

  test("bytes that are not UTF-8 are refused, not replaced", () => {
    const read = readBody(create, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 56);
    expect(read.ok ? "" : read.refusal.code).toBe("invalid-utf8");
  });

  test("bounds on bytes, values and depth", () => {
    const small = { bytes: 10, depth: 1, nodes: 3 };
    const code = (text: string): string => {
      const read = parseJsonBytes(bytes(text), small);
      return read.ok ? "ok" : read.refusal.code;
    };
    expect(["[[[1]]]", "[1,2,3]", "[1,2]", "[1,2,      3]"].map(code)).toEqual([
      "too-deep",
      "too-many",
      "ok",
      "too-large",
    ]);
  });

  test("legacy fields end at a version", () => {
    const text = '{"MacAddress":"02:42:ac:11:00:02","HostConfig":{"KernelMemory":1}}';
    expect(judged(text, 51)).toContain("KernelMemory");
    expect(judged(text, 52)).toBe("unknown-field at MacAddress");
    expect(judged('{"Runtime":null,"NetworkingConfig":{"n":null}}')).toBe(
      '{"NetworkingConfig":{}}',
    );
    expect(judged('{"hostconfig":null}')).toBe("wrong-case at hostconfig");
    expect(judged('{"Runtime":"runc"}')).toBe("unknown-field at Runtime");
    expect(judged('{"Name":"n","CheckDuplicate":true}', 43, operation("NetworkCreate"))).toBe(
      '{"Name":"n"}',
    );
  });

  test("a query that is repeated in the body is left out, unless Go reads it as a field", () => {
    expect(judged('{"name":"n","Image":"i"}')).toBe('{"Image":"i"}');
    expect(judged('{"nAme":"n","Image":"i"}')).toBe("unknown-field at nAme");
    expect(judged('{"hijack":true,"stdin":true,"Tty":true}', 56, operation("ExecStart"))).toBe(
      '{"Tty":true}',
    );
    expect(judged('{"pause":true,"user":"root"}', 56, operation("ImageCommit"))).toBe(
      "wrong-case at user",
    );
  });

  test("a body where none belongs, and none where one may be missing", () => {
    expect(judged('{"a":1}', 56, operation("ContainerStart"))).toBe("unexpected-body at ");
    expect(judged("{", 56, operation("ContainerStart"))).toBe("unexpected-body at ");
    expect(judged('{"repo":"a","tag":"b"}', 56, operation("ImageTag"))).toBe("");
    expect(judged('{"repo":"a","other":"b"}', 56, operation("ImageTag"))).toBe(
      "unexpected-body at ",
    );
    expect(judged("{}", 56, operation("ContainerStart"))).toBe("");
    expect(judged("", 56, operation("ContainerStart"))).toBe("");
    expect(judged("", 56, operation("ImageCommit"))).toBe("");
  });
});

test("spellings of real clients are written as the engine's own, once", () => {
  const service = operation("ServiceCreate");
  expect(judged('{"Mode":{"replicated":{"Replicas":2}}}', 56, service)).toBe(
    '{"Mode":{"Replicated":{"Replicas":2}}}',
  );
  for (const twice of ['"replicated":{},"Replicated":{}', '"Replicated":{},"replicated":{}']) {
    expect(judged(`{"Mode":{${twice}}}`, 56, service)).toMatch(/^duplicate-key at Mode/);
  }
  expect(judged('{"Mode":{"REPLICATED":{}}}', 56, service)).toBe("wrong-case at Mode.REPLICATED");
  expect(judged('{"detachKeys":"ctrl-p"}', 56, operation("ContainerExec"))).toBe(
    '{"DetachKeys":"ctrl-p"}',
  );
});

describe("properties", () => {
  const bodies = [...operations.values()].flatMap(({ id, body }) =>
    body.kind === "json" ? [[id, body.type] as const] : [],
  );

  test.each(bodies)("%s: what is written is read back as the same value", (_id, type) => {
    fc.assert(
      fc.property(canonical(type), (value) => {
        const text = writeJson(value);
        const parsed = parseJsonText(text);
        if (!parsed.ok) throw new Error(parsed.refusal.message);
        const checked = checkJson(parsed.value, type, 56);
        expect(checked.ok ? comparable(checked.value) : checked.refusal).toEqual(comparable(value));
      }),
      { numRuns: 40 },
    );
  });

  const type = wireType("#ContainerCreateRequest");
  const mutated = fc
    .tuple(
      canonical(type).map(writeJson),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.nat(3),
          fc.constantFrom(
            '"',
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "\\",
            "\\u017f",
            "\u017F",
            "\u212A",
            " ",
            "1",
            "-",
            "e9",
            '"Image":"x",',
            '"image":"x",',
            "true",
            "\\ud800",
            "\uFEFF",
            '{"a":1}',
          ),
        ),
        { maxLength: 4 },
      ),
    )
    .map(([text, edits]) => {
      let out = text;
      for (const [place, cut, piece] of edits) {
        const at = place % (out.length + 1);
        out = out.slice(0, at) + piece + out.slice(at + cut);
      }
      return out;
    });

  test("what is written decodes, by two other decoders, to exactly what was judged", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), (text) => {
        const read = readBody(create, bytes(text.toWellFormed()), 56);
        if (!read.ok || read.value === undefined) return;
        accepted += 1;
        const written = new TextDecoder().decode(writeJsonBytes(read.value));
        expect(comparable(referenceDecode(written))).toEqual(comparable(read.value));
        expect(JSON.parse(written)).toEqual(plain(read.value));
        // Reading it once more changes nothing.
        expect(judged(written)).toBe(written);
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("any bytes give a value or a refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        expect(typeof readBody(create, input, 56).ok).toBe("boolean");
      }),
    );
  });

  test("time grows with the length, whatever the shape", () => {
    const size = 400_000;
    const shapes: readonly ((length: number) => string)[] = [
      (n) => `{"Image":"${"\\u0041".repeat(n / 6)}"}`,
      (n) => `{"Image":"${"\\".repeat(n)}`,
      (n) => `{"Cmd":[${'"",'.repeat(n / 3)}""]}`,
      (n) => " ".repeat(n),
      (n) => `{"HostConfig":{"Memory":${"1".repeat(n)}}}`,
      (n) => `{"HostConfig":{"Memory":1e${"1".repeat(n)}}}`,
      (n) => `{"${"\u017F".repeat(n / 2)}":1}`,
      (n) => `{"Labels":{${Array.from({ length: n / 12 }, (_, i) => `"k${i}":""`).join()}}}`,
      (n) => `{"HostConfig":{"Dns":["${"1".repeat(n)}"]}}`,
    ];
    for (const shape of shapes) {
      const started = performance.now();
      judged(shape(size));
      expect(performance.now() - started).toBeLessThan(1500);
    }
  });
});

/** As JSON.parse would show it. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...value].map(([key, inner]: [string, JsonValue]) => [key, plain(inner)]),
    );
  }
  if (Array.isArray(value)) return value.map((inner: JsonValue) => plain(inner));
  return typeof value === "bigint" ? Number(value) : value;
}

test("folding finds every ASCII name that Go would match", () => {
  const folds = "abcdefghijklmnopqrstuvwxyz"
    .split("")
    .map((letter) =>
      [...Array(0x1_10_00).keys()]
        .map((code) => String.fromCodePoint(code))
        .filter((character) => new RegExp(`^${letter}$`, "iu").test(character)),
    );
  for (const alternatives of folds) {
    expect(new Set(alternatives.map(foldName)).size).toBe(1);
  }
});
