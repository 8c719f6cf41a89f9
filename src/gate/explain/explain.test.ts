import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPaint } from "../../report/terminal/paint.ts";
import { renderExplanation } from "../../report/gate/explain.ts";
import { chainEntry, CHAIN_START, entryText } from "../audit/entry.ts";
import { BuildRegistry } from "../buildkit/registry.ts";
import type { EngineAsk } from "../judge/contract.ts";
import { gateSteps } from "../server/core.ts";
import { clientPolicy } from "../testing.ts";
import { DEFAULT_VERSIONS } from "../wire/target.ts";
import { type ExplainContext, type Explanation, explainRequest, noEngine } from "./explain.ts";
import { readExplained } from "./read-explained.ts";
import { gateStages } from "./stages.ts";

const POLICY = clientPolicy(
  "ci",
  "allow: {containers: [all], images: [pull]}, grant: {images: [busybox], registries: [docker.io]}",
);

const image: EngineAsk = ({ path }) =>
  Promise.resolve({
    ok: true,
    status: path.startsWith("/images/") ? 200 : 404,
    value: path.startsWith("/images/json")
      ? []
      : new Map<string, never>(
          Object.entries({
            Id: `sha256:${"a".repeat(64)}`,
            RepoTags: ["busybox:latest"],
            RepoDigests: [],
            Config: new Map([["User", "1000"]]),
          }) as never,
        ),
  });

const contextOf = (engine: EngineAsk = noEngine): ExplainContext => ({
  client: POLICY,
  stages: gateStages(new BuildRegistry()),
  engine,
  host: { realPath: () => Promise.resolve("unseen") },
  versions: DEFAULT_VERSIONS,
});

async function explained(text: string, engine?: EngineAsk): Promise<Explanation> {
  const explanation = await explainRequest(text, contextOf(engine));
  if (typeof explanation === "string") throw new Error(explanation);
  return explanation;
}

const shown = (explanation: Explanation): string =>
  renderExplanation(explanation, { width: 100, paint: createPaint(false) });

const create = (body: object): string =>
  JSON.stringify({ method: "POST", path: "/v1.44/containers/create?name=web", body });

test("the stages are the gate's steps in their order", () => {
  const builds = new BuildRegistry();
  const names = (steps: readonly unknown[]): string[] => steps.map(String);
  expect(names(gateStages(builds).flatMap(({ steps }) => steps))).toEqual(names(gateSteps(builds)));
});

describe("a file", () => {
  const bodyOf = (text: string): string => {
    const read = readExplained(text);
    return typeof read === "string" ? `problem: ${read}` : Buffer.from(read.body).toString();
  };

  test.each([
    [
      "JSON with an object as its body",
      '{"method":"post","path":"/x","body":{"a":1.50,"b":12345678901234567890}}',
      '{"a":1.50,"b":12345678901234567890}',
    ],
    [
      "JSON with a text as its body, byte by byte",
      '{"method":"POST","path":"/x","body":"{\\"a\\":1,\\"a\\":2}"}',
      '{"a":1,"a":2}',
    ],
    [
      "HTTP as it is on the wire",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}\n\n",
      "{}",
    ],
    ["HTTP as a person writes it", 'POST /x\n\n{"a":1}\n', '{"a":1}'],
    ["HTTP without a body", "GET /x HTTP/1.1\n", ""],
  ])("may be %s", (_, text, body) => {
    expect(bodyOf(text)).toBe(body);
  });

  test("has the content type that every client sends, unless it says another", () => {
    const read = readExplained("POST /x\nContent-Type: text/plain\n\n{}");
    expect(read).toMatchObject({ headers: [["Content-Type", "text/plain"]] });
    expect(readExplained("POST /x\n\n{}")).toMatchObject({
      headers: [["Content-Type", "application/json"]],
    });
  });

  test.each([
    ["nothing", "", "this is no request"],
    ["a list", "[]", "no object"],
    ["no path", '{"method":"GET"}', "method and path"],
    ["a member of another kind", '{"path":"/x","boddy":{}}', '"boddy"'],
    ["a chunked body", "POST /x HTTP/1.1\nTransfer-Encoding: chunked\n\n0\n", "chunked"],
    ["too short a body", "POST /x HTTP/1.1\nContent-Length: 9\n\n{}", "Content-Length"],
    [
      "an end out of an audit log",
      chainEntry(entryText({ kind: "event", event: "start" }, ""), CHAIN_START).line,
      "no decision",
    ],
  ])("with %s is a problem", (_, text, problem) => {
    expect(readExplained(text)).toContain(problem);
  });

  test("of any kind at all is read or refused", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        const read = readExplained(text);
        expect(typeof read === "string" ? read.length : read.target.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("an explanation", () => {
  test("of what is refused says which part refuses it, where, why and what to do", async () => {
    const explanation = await explained(
      create({ Image: "busybox", HostConfig: { Privileged: true } }),
      image,
    );
    expect(explanation.verdict).toBe("deny");
    expect(explanation.upstream).toBeUndefined();
    const text = shown(explanation);
    expect(text).toMatch(
      /^POST \/v1\.44\/containers\/create\?… of the client ci: would be refused\n/,
    );
    expect(text).toContain(
      "operation  ContainerCreate\nroute      POST /containers/create, API 1.44\n",
    );
    expect(text).toMatch(
      /what it would grant\n {2}refused with 403 {2}privileged at HostConfig\.Privileged\n/,
    );
  });

  test("of what passes says what is written anew, and shows what the engine gets without secrets", async () => {
    const explanation = await explained(
      create({
        Image: "busybox",
        Env: ["DB_PASSWORD=correct-horse-battery"],
        Cmd: ["login", "--password", "battery-staple"],
        HostConfig: { NetworkMode: "none" },
      }),
      image,
    );
    expect(explanation.denials).toEqual([]);
    expect(explanation.verdict).toBe("allow");
    const text = shown(explanation);
    expect(text).toContain('HostConfig.CapDrop: becomes ["ALL"]');
    expect(text).toContain("HostConfig.ReadonlyRootfs: becomes true");
    expect(text).toContain(
      "what the engine gets, without what may be secret\n  POST /v1.44/containers/create?name=web\n",
    );
    expect(text).toMatch(/DB_PASSWORD/);
    expect(text).not.toMatch(/correct-horse|battery-staple/);
  });

  test("without an engine leaves open what it would have been asked", async () => {
    const explanation = await explained(
      create({ Image: "busybox", User: "1000:1000", HostConfig: {} }),
    );
    expect(explanation.verdict).toBe("open");
    expect(explanation.questions.length).toBeGreaterThan(0);
    const text = shown(explanation);
    expect(text).toContain("cannot be decided here");
    expect(text).toContain("what the engine is asked for this\n  GET /images/");
    const refused = await explained(create({ Image: "busybox", HostConfig: { Privileged: true } }));
    expect(refused.verdict).toBe("deny");
  });

  test("of what cannot be read says why", async () => {
    const explanation = await explained(create({ Image: "busybox", hostconfig: {} }));
    expect(shown(explanation)).toMatch(
      /how it is read\n {2}refused with 400 {2}wrong-case at hostconfig\n/,
    );
    const route = await explained("GET /nothing HTTP/1.1\n");
    expect(shown(route)).toContain("unknown-route");
  });

  test("of an upload says that its beginning is looked at, and what becomes of the answer", async () => {
    const text = shown(await explained("PUT /v1.44/containers/x/archive?path=/tmp\n", image));
    expect(text).toContain("looks at the upload's beginning before any of it goes on");
    expect(shown(await explained("GET /v1.44/containers/json\n"))).toContain("rewrites the answer");
  });

  test("of a word that the policy does not have", async () => {
    const text = shown(await explained("GET /v1.44/volumes\n"));
    expect(text).toMatch(/what the policy's words admit\n {2}refused with 403 {2}not-in-policy\n/);
  });

  test("of a decision out of the audit log judges what is there", async () => {
    const record = {
      request: "r",
      client: "ci",
      decision: "deny",
      latencyMicros: 1,
      api: 44,
    } as const;
    const line = (more: object): string =>
      chainEntry(
        entryText(
          { kind: "decision", ...record, method: "GET", ...more },
          "2030-01-01T00:00:00.000Z",
        ),
        CHAIN_START,
      ).line;
    const inspect = await explained(
      line({ operation: "VolumeInspect", route: "/volumes/{name:.*}", object: "data" }),
    );
    expect(inspect).toMatchObject({ asked: { target: "/v1.44/volumes/data" }, verdict: "deny" });
    const made = await explained(
      line({ method: "POST", operation: "ContainerCreate", route: "/containers/create" }),
    );
    expect(made.verdict).toBe("open");
    expect(shown(made)).toContain("no parameters and no bodies");
  });

  test("draws nothing on a terminal, whatever the request holds", async () => {
    const explanation = await explained(
      JSON.stringify({
        method: "GET",
        path: "/v1.44/containers/json",
        headers: { "X-\u001b[31m": "\u202e" },
      }),
    );
    expect(shown(explanation)).toMatch(/^[\n\x20-\x7e…]*$/);
    const odd = await explained(create({ Image: "busybox\u001b[2J\u202e", HostConfig: {} }), image);
    expect(shown(odd)).toMatch(/^[\n\x20-\x7e\u2026\ufffd\u241b]*$/);
  });
});
