import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BuildRegistry } from "../buildkit/registry.ts";
import { gateSteps } from "../server/core.ts";
import { PASS, type Step } from "../judge/contract.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import { compiled } from "../policy/policy-testing.ts";
import type { Decided } from "../server/observer.ts";
import { clientPolicy } from "../testing.ts";
import { type JsonValue, isJsonObject } from "../wire/json/value.ts";
import { DEFAULT_VERSIONS } from "../wire/target.ts";
import { type PluginContext, authorize } from "./authorize.ts";
import { pluginClients } from "./clients.ts";
import { PLUGIN_LIMITS, unkeptBy } from "./limits.ts";
import { ownQuestions } from "./own-questions.ts";
import {
  type AuthorizationAnswer,
  type AuthorizationRequest,
  readAuthorizationRequest,
} from "./protocol.ts";
import { servePlugin } from "./serve.ts";

const FREE = "ownership: false, redact: none";
const EVERYTHING = clientPolicy(
  "all",
  `${FREE}, allow: {containers: [all], images: [all], networks: [all], volumes: [all], build: [classic], plugins: [list, disable, remove], system: [auth, info]}`,
);

interface Told {
  readonly decided: Decided[];
  readonly bugs: unknown[];
}

function contextOf(
  policy: ClientPolicy = EVERYTHING,
  more: Partial<PluginContext> = {},
): PluginContext & Told {
  const decided: Decided[] = [];
  const bugs: unknown[] = [];
  return {
    clients: { byCommonName: new Map(), everyone: policy },
    steps: [],
    engine: () => Promise.resolve({ ok: false, why: "none" }),
    host: { realPath: () => Promise.resolve("unseen") },
    versions: () => DEFAULT_VERSIONS,
    mode: "enforce",
    isOwn: () => false,
    observer: {
      decided: (one) => {
        decided.push(one);
        return undefined;
      },
      finished: () => undefined,
      malformed: () => undefined,
      bug: (error) => bugs.push(error),
    },
    now: () => 0,
    decided,
    bugs,
    ...more,
  };
}

const JSON_TYPE = ["Content-Type", "application/json"] as const;

function shown(
  method: string,
  target: string,
  body?: unknown,
  headers: AuthorizationRequest["headers"] = [],
): AuthorizationRequest {
  if (body === undefined) {
    const length = method === "POST" || method === "PUT" ? [["Content-Length", "0"] as const] : [];
    return { method, target, headers: [...length, ...headers] };
  }
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const own = [JSON_TYPE, ["Content-Length", String(bytes.length)] as const];
  return { method, target, headers: [...own, ...headers], body: bytes };
}

const ask = (
  request: AuthorizationRequest,
  policy?: ClientPolicy,
  more?: Partial<PluginContext>,
): Promise<AuthorizationAnswer> => authorize(request, contextOf(policy, more));

const CREATE = { Image: "busybox:test", HostConfig: { NetworkMode: "none" } };

/** A step that writes into the body, as the posture's do. */
function writing(change: (body: Map<string, JsonValue>) => void): Step {
  return (request) => {
    if (!isJsonObject(request.body)) return { request, denials: [] };
    const body = new Map(request.body);
    change(body);
    return { request: { ...request, body }, denials: [] };
  };
}

describe("what is admitted", () => {
  test.each<[string, AuthorizationRequest]>([
    ["a ping", shown("GET", "/_ping")],
    ["a list", shown("GET", "/v1.41/containers/json?all=1")],
    ["a creation", shown("POST", "/v1.41/containers/create?name=x", CREATE)],
    ["a start", shown("POST", "/v1.41/containers/x/start")],
    [
      "an attach",
      shown("POST", "/v1.41/containers/x/attach?stream=1&stdout=1", undefined, [
        ["Connection", "Upgrade"],
        ["Upgrade", "tcp"],
      ]),
    ],
    ["a removal", shown("DELETE", "/v1.41/containers/x?force=1")],
    ["a pull", shown("POST", "/v1.41/images/create?fromImage=busybox&tag=1")],
    [
      "an image to load",
      {
        method: "POST",
        target: "/v1.41/images/load?quiet=1",
        headers: [["Content-Type", "application/x-tar"]],
      },
    ],
    ["a commit without a body", shown("POST", "/v1.41/commit?container=x")],
  ])("%s", async (_, request) => {
    expect(await ask(request)).toEqual({ allow: true });
  });
});

describe("what is refused", () => {
  test.each<[string, AuthorizationRequest, string]>([
    [
      "a form",
      shown("POST", "/images/create?fromImage=a", undefined, [
        ["Content-Type", "application/x-www-form-urlencoded"],
      ]),
      "content-type",
    ],
    [
      "a body that may be a form, behind a second Content-Type",
      { method: "POST", target: "/v1.41/images/x/tag?repo=a", headers: [JSON_TYPE] },
      "plugin-cannot-see",
    ],
    [
      "a body where none belongs",
      { method: "POST", target: "/v1.41/containers/prune", headers: [["Content-Length", "39"]] },
      "plugin-cannot-see",
    ],
    [
      "an import",
      { method: "POST", target: "/v1.41/images/create?fromSrc=-&repo=a", headers: [] },
      "plugin-cannot-see",
    ],
    [
      "an absolute target",
      { ...shown("POST", "http://h/v1.41/containers/create", CREATE) },
      "bad-target",
    ],
    ["a path with an escape of its own", shown("GET", "/v1.41/containers/%2e%2e/json"), "bad-path"],
    [
      "a hidden body of a creation",
      {
        method: "POST",
        target: "/v1.41/containers/create",
        headers: [JSON_TYPE, ["Content-Length", "1100057"]],
      },
      "empty-body",
    ],
    [
      "a hidden body of an update",
      {
        method: "POST",
        target: "/v1.41/containers/x/update",
        headers: [JSON_TYPE, ["Content-Length", "1100057"]],
      },
      "plugin-cannot-see",
    ],
    [
      "a body that is cut off",
      {
        ...shown("POST", "/v1.41/containers/create", CREATE),
        headers: [JSON_TYPE, ["Content-Length", "9999"]],
      },
      "plugin-cannot-see",
    ],
    ["a body that is no JSON", shown("POST", "/v1.41/containers/create", '{"Image":'), "bad-json"],
    [
      "a key in another case",
      shown("POST", "/v1.41/containers/create", { image: "a" }),
      "wrong-case",
    ],
    [
      "a key twice",
      shown("POST", "/v1.41/containers/create", '{"Image":"a","Image":"b"}'),
      "duplicate-key",
    ],
    [
      "a build",
      {
        method: "POST",
        target: "/v1.41/build?t=a",
        headers: [["Content-Type", "application/x-tar"]],
      },
      "plugin-cannot-see",
    ],
    [
      "an archive to unpack",
      {
        method: "PUT",
        target: "/v1.41/containers/x/archive?path=/",
        headers: [["Content-Type", "application/x-tar"]],
      },
      "plugin-cannot-see",
    ],
    ["its own end", shown("POST", "/v1.41/plugins/plimsoll/disable?force=1"), "plugin-guard"],
    ["its own removal", shown("DELETE", "/v1.41/plugins/plimsoll"), "plugin-guard"],
    ["a route that the API does not have", shown("GET", "/v1.41/unknown"), "unknown-route"],
    ["a version that reads otherwise", shown("GET", "/v1.41./containers/json"), "bad-version"],
    ["a memory profile", shown("GET", "/debug/pprof/heap"), "never-admitted"],
  ])("%s", async (_, request, rule) => {
    const context = contextOf();
    const answer = await authorize(request, context);
    expect(answer.allow).toBe(false);
    expect(context.decided.at(-1)?.denials.map((denial) => denial.rule)).toContain(rule);
    expect(answer.msg).toContain(rule);
    expect(answer.msg).not.toMatch(/^plimsoll/);
  });

  test("what the policy does not admit, and that before all else", async () => {
    const policy = clientPolicy("reader", `${FREE}, allow: {containers: [list]}`);
    const hidden = { method: "POST", target: "/v1.41/containers/create", headers: [JSON_TYPE] };
    const answer = await ask(hidden, policy);
    expect(answer.msg).toMatch(/^not-in-policy: the policy does not let the client reader do this/);
  });

  test("a login where the policy names registries", async () => {
    const login = {
      method: "POST",
      target: "/v1.41/auth",
      headers: [["Content-Length", "99"], JSON_TYPE],
    } as const;
    const policy = clientPolicy(
      "ci",
      `${FREE}, allow: {system: [auth]}, grant: {registries: [a.example]}`,
    );
    const steps = gateSteps(new BuildRegistry());
    expect((await ask(login, policy, { steps })).msg).toContain("plugin-cannot-see");
    expect(await ask(login, EVERYTHING, { steps })).toEqual({ allow: true });
  });
});

describe("what a plugin cannot do", () => {
  test("a forced field that the client did not set is refused, with what to ask for", async () => {
    const force = writing((body) => {
      body.set(
        "HostConfig",
        new Map<string, JsonValue>([
          ["NetworkMode", "none"],
          ["CapDrop", ["ALL"]],
          ["ReadonlyRootfs", true],
        ]),
      );
    });
    const answer = await ask(shown("POST", "/containers/create", CREATE), undefined, {
      steps: [force],
    });
    expect(answer.msg).toContain(
      'plugin-cannot-write (HostConfig.CapDrop): the policy decides what stands here, and a plugin cannot write it. Ask for it yourself: ["ALL"].',
    );
    expect(answer.msg).toContain("(HostConfig.ReadonlyRootfs)");
    const asked = {
      ...CREATE,
      HostConfig: { NetworkMode: "none", CapDrop: ["ALL"], ReadonlyRootfs: true },
    };
    expect(
      await ask(shown("POST", "/containers/create", asked), undefined, { steps: [force] }),
    ).toEqual({ allow: true });
  });

  test("what is neutral anyway is no change, but an empty list of masks is", async () => {
    const neutral = writing((body) => {
      body.set(
        "HostConfig",
        new Map<string, JsonValue>([
          ["NetworkMode", "none"],
          ["Privileged", false],
          ["Memory", 0n],
          ["LogConfig", new Map([["Type", ""]])],
        ]),
      );
    });
    expect(
      await ask(shown("POST", "/containers/create", CREATE), undefined, { steps: [neutral] }),
    ).toEqual({ allow: true });
    const masks = writing((body) => {
      body.set(
        "HostConfig",
        new Map<string, JsonValue>([
          ["NetworkMode", "none"],
          ["MaskedPaths", []],
        ]),
      );
    });
    expect(
      await ask(shown("POST", "/containers/create", CREATE), undefined, { steps: [masks] }),
    ).toMatchObject({ allow: false });
  });

  test("what the policy takes away is refused, and no value is told", async () => {
    const drop = writing((body) => body.delete("Env"));
    const answer = await ask(
      shown("POST", "/containers/create", { ...CREATE, Env: ["PASSWORD=hunter2"] }),
      undefined,
      { steps: [drop] },
    );
    expect(answer.msg).toContain("(Env)");
    expect(answer.msg).not.toContain("hunter2");
  });

  test("a name that became an id, a parameter, an answer to rewrite, something to make before", async () => {
    const rename: Step = (request) => ({
      request: { ...request, names: new Map([["name", "f".repeat(64)]]) },
      denials: [],
    });
    const filter: Step = (request) => ({
      request: {
        ...request,
        query: new Map([
          ["filters", [{ kind: "filters", filters: new Map([["label", new Set(["a"])]]) }]],
        ]),
      },
      denials: [],
    });
    const hide: Step = (request) => ({
      request,
      denials: [],
      answers: [PASS, { kind: "json", rewrite: (value) => value }],
    });
    const prepare: Step = (request) => ({
      request,
      denials: [],
      before: [() => Promise.resolve(undefined)],
    });
    const start = shown("POST", "/containers/x/start");
    const list = shown("GET", "/containers/json");
    expect((await ask(start, undefined, { steps: [rename] })).msg).toContain("full id");
    expect((await ask(list, undefined, { steps: [filter] })).msg).toContain("(filters)");
    expect((await ask(list, undefined, { steps: [hide] })).msg).toContain("plugin-cannot-hide");
    expect((await ask(list, undefined, { steps: [prepare] })).msg).toContain("made before");
  });

  test("stands in the documentation, whose policy a plugin can keep", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/gate-plugin.md"), "utf8");
    for (const limit of PLUGIN_LIMITS) expect(page).toContain(`- ${limit}\n`);
    const [, example = ""] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    const { clients, listeners } = compiled(example);
    expect(clients.flatMap(({ policy }) => unkeptBy(policy))).toEqual([]);
    expect(pluginClients({ clients, listeners })).toMatchObject({ everyone: { name: "everyone" } });
  });

  test("is told at the start, for the policy's words too", () => {
    expect(PLUGIN_LIMITS.join("\n")).toMatch(/gRPC.*29\.2/);
    expect(unkeptBy(EVERYTHING)).toEqual(["all: build: classic: builds are refused"]);
    const usual = clientPolicy("ci", "allow: {containers: [create]}, concurrency: 3");
    expect(unkeptBy(usual).map((text) => text.split(":")[1])).toEqual([
      " ownership",
      " redact",
      " concurrency",
    ]);
  });
});

describe("who asks", () => {
  const [one, two] = ["one", "two"].map((name) =>
    clientPolicy(name, `${FREE}, allow: {containers: [list]}`),
  );
  const listeners = ["one", "two"].map((client) => ({
    kind: "tls" as const,
    address: { host: client, port: 1 },
    cert: "",
    key: "",
    clientCa: "",
    identities: [{ client, certificate: { kind: "common-name" as const, value: `cn-${client}` } }],
  }));
  if (one === undefined || two === undefined) throw new Error("no policies");
  const gate = { clients: [{ policy: one }, { policy: two }], listeners };

  test("is told by the certificate's common name, and a stranger is nobody", async () => {
    const clients = pluginClients(gate, "two");
    if (typeof clients === "string") throw new Error(clients);
    const list = shown("GET", "/containers/json");
    const context = contextOf(one, { clients });
    await authorize({ ...list, user: "cn-one" }, context);
    await authorize(list, context);
    expect(context.decided.map(({ client }) => client.name)).toEqual(["one", "two"]);
    const stranger = await authorize({ ...list, user: "two" }, context);
    expect(stranger).toMatchObject({ allow: false });
    expect(stranger.msg).toContain("no-client");
  });

  test("over the unix socket is the client that was chosen, or the only one, or nobody", async () => {
    expect(pluginClients({ clients: [{ policy: one }], listeners: [] })).toMatchObject({
      everyone: one,
    });
    expect(pluginClients({ ...gate, listeners: [] })).toContain("say which one");
    expect(pluginClients(gate, "three")).toContain("no client");
    const named = pluginClients(gate);
    if (typeof named === "string") throw new Error(named);
    expect(await ask(shown("GET", "/containers/json"), one, { clients: named })).toMatchObject({
      allow: false,
    });
  });

  test("is never believed from a header", async () => {
    const clients = pluginClients(gate, "two");
    if (typeof clients === "string") throw new Error(clients);
    const context = contextOf(one, { clients });
    await authorize(shown("GET", "/containers/json", undefined, [["X-User", "cn-one"]]), context);
    expect(context.decided[0]?.client.name).toBe("two");
  });
});

describe("its own questions", () => {
  test("pass by their word, for reading alone", () => {
    const own = ownQuestions("/nowhere");
    const stolen = {
      method: "GET",
      target: "/",
      headers: [["X-Plimsoll-Question", "0".repeat(64)]],
    } as const;
    expect(own.isOwn(stolen)).toBe(false);
    expect(own.isOwn({ ...stolen, headers: [] })).toBe(false);
    own.close();
  });

  test("change nothing, and an engine that is away is a reason", async () => {
    const own = ownQuestions("/nowhere");
    expect(await own.ask({ method: "POST", path: "/volumes/create" })).toMatchObject({ ok: false });
    expect(await own.ask({ method: "GET", path: "/info" })).toMatchObject({ ok: false });
    own.close();
  });
});

test("an audit log that cannot be written refuses", async () => {
  const context = contextOf();
  const stopped = { status: 503, rule: "audit-unavailable", at: "", message: "no" } as const;
  const observer = { ...context.observer, decided: () => Promise.resolve(stopped) };
  const answer = await authorize(shown("GET", "/_ping"), { ...context, observer });
  expect(answer).toEqual({ allow: false, msg: "audit-unavailable: no." });
});

test("a shadow tells and lets pass", async () => {
  const context = contextOf(clientPolicy("r", `${FREE}, allow: {containers: [list]}`), {
    mode: "shadow",
  });
  expect(await authorize(shown("POST", "/containers/x/start"), context)).toEqual({ allow: true });
  expect(context.decided[0]).toMatchObject({
    decision: "shadow",
    denials: [{ rule: "not-in-policy" }],
  });
});

test("a bug refuses and is told", async () => {
  const broken: Step = () => {
    throw new Error("broken");
  };
  const context = contextOf(EVERYTHING, { steps: [broken] });
  const answer = await authorize(shown("GET", "/containers/json"), context);
  expect(answer.allow).toBe(false);
  expect(answer.err).not.toContain("broken");
  expect(context.bugs).toHaveLength(1);
});

describe("the protocol", () => {
  const WIRE = {
    User: "cn",
    UserAuthNMethod: "TLS",
    RequestMethod: "POST",
    RequestUri: "/v1.41/containers/create",
    RequestBody: Buffer.from("{}").toString("base64"),
    RequestHeaders: { "Content-Type": "application/json" },
  };

  test("is read by the names on the wire", () => {
    expect(readAuthorizationRequest(WIRE)).toEqual({
      user: "cn",
      method: "POST",
      target: "/v1.41/containers/create",
      headers: [["Content-Type", "application/json"]],
      body: Buffer.from("{}"),
    });
  });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["no target", { RequestMethod: "GET" }],
    ["a user by another method", { ...WIRE, UserAuthNMethod: "" }],
    ["headers of another kind", { ...WIRE, RequestHeaders: { a: 1 } }],
    ["a body that is no base64", { ...WIRE, RequestBody: "{}" }],
  ])("is refused with %s", (_, value) => {
    expect(typeof readAuthorizationRequest(value)).toBe("string");
  });

  test("is served on a socket that is its owner's alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-plugin-"));
    const path = join(folder, "p.sock");
    const context = contextOf();
    const served = await servePlugin(path, () => context);
    if (typeof served === "string") throw new Error(served);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const post = (url: string, body: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const sent = httpRequest({ socketPath: path, path: url, method: "POST" }, (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
          answer.on("end", () => resolve(JSON.parse(text)));
        });
        sent.on("error", reject);
        sent.end(body);
      });
    expect(await post("/Plugin.Activate", "")).toEqual({ Implements: ["authz"] });
    const list = { RequestMethod: "GET", RequestUri: "/v1.41/containers/json" };
    const allowed = { Allow: true, Msg: "", Err: "" };
    expect(await post("/AuthZPlugin.AuthZReq", JSON.stringify(list))).toEqual(allowed);
    expect(await post("/AuthZPlugin.AuthZRes", JSON.stringify(list))).toEqual(allowed);
    expect(await post("/AuthZPlugin.AuthZReq", "{")).toMatchObject({ Allow: false });
    expect(await post("/Other", "{}")).toMatchObject({ Allow: false });
    const large = JSON.stringify({ ...list, RequestBody: "A".repeat(17 << 20) });
    expect(await post("/AuthZPlugin.AuthZReq", large)).toMatchObject({ Allow: false });
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
