/** Each preset admits what its tools really call, and not what they only call when asked for more. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { areaNames, expandWord, operationsOf } from "../../src/gate/policy/words.ts";
import { compileClient } from "../../src/gate/policy/compile-client.ts";
import { type PresetName, presetNames } from "../../src/gate/policy/preset-names.ts";
import { parseTarget } from "../../src/gate/wire/target.ts";

interface Tool {
  readonly preset: PresetName;
  readonly tool: string;
  readonly source: string;
  /** Method and path, without a version. */
  readonly calls: readonly string[];
  /** What needs a word more. */
  readonly more?: readonly {
    readonly word: string;
    readonly for: string;
    readonly calls: readonly string[];
  }[];
}

const tools = JSON.parse(
  readFileSync(new URL("preset-calls.json", import.meta.url), "utf8"),
) as readonly Tool[];

function operationOf(call: string): string {
  const [method = "", path = ""] = call.split(" ");
  const target = parseTarget(method, path);
  if (!target.ok) throw new Error(`${call}: no such route`);
  return target.value.operation.id;
}

const admits = (preset: PresetName): ReadonlySet<string> =>
  compileClient(preset, { preset, listen: {} }).operations;

describe.each(tools)("$preset for $tool", ({ preset, calls, more = [] }) => {
  test.each(calls)("admits %s", (call) => {
    expect(admits(preset)).toContain(operationOf(call));
  });

  test.each(more)("leaves $word out, which is for $for", ({ word, calls: further }) => {
    const [area, name = ""] = word.split(": ");
    const known = areaNames.find((one) => one === area);
    const given = known === undefined ? new Set() : operationsOf(expandWord(known, name));
    for (const call of further) {
      expect(admits(preset)).not.toContain(operationOf(call));
      expect(given).toContain(operationOf(call));
    }
  });
});

test("every preset has a tool whose calls are known", () => {
  expect(new Set(tools.map(({ preset }) => preset))).toEqual(new Set(presetNames));
});

test("a preset admits little that none of its tools calls", () => {
  const unused = presetNames.map((preset) => {
    const called = new Set(
      tools
        .filter((tool) => tool.preset === preset)
        .flatMap(({ calls }) => calls.map((call) => operationOf(call))),
    );
    return [preset, [...admits(preset)].filter((id) => !called.has(id))];
  });
  expect(Object.fromEntries(unused)).toMatchInlineSnapshot(`
    {
      "agent-sandbox": [
        "ContainerStats",
        "ContainerTop",
        "ContainerAttachWebsocket",
        "ImageList",
        "ImageInspect",
        "SystemPing",
        "SystemVersion",
      ],
      "ci-runner": [
        "ContainerAttachWebsocket",
        "ContainerResize",
        "ExecResize",
        "ContainerArchiveInfo",
        "SystemPing",
      ],
      "discovery": [],
      "log-viewer": [
        "SystemPing",
        "SystemVersion",
      ],
      "manager": [
        "ContainerAttachWebsocket",
        "ExecInspect",
        "ImageGet",
        "SystemPingHead",
      ],
      "monitoring": [
        "NetworkList",
        "VolumeList",
        "ServiceInspect",
        "TaskInspect",
        "NodeInspect",
        "SystemPing",
        "SystemEvents",
      ],
      "testcontainers": [
        "ExecResize",
        "ImageGet",
        "SystemPing",
        "SystemVersion",
      ],
      "updater": [
        "SystemPing",
        "SystemVersion",
      ],
    }
  `);
});
