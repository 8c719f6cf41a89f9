import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { ObservedSecret, Workload } from "../../model/workload.ts";
import { rule as secretInCommand } from "../../rules/secret-in-command/rule.ts";
import type { Observation } from "./observe.ts";
import { observed, readObservation } from "./observe.ts";
import { readContainer } from "./read.ts";
import type { Parts } from "./testing.ts";
import { dockerContainer } from "./testing.ts";

/** Look like secrets, and are none: made for these tests. The token's checksum is wrong. */
const PASSWORD = "vT9q-Lm3x-Zk7w-Rb2n";
const TOKEN = `ghp_${"aB3dE6gH9j".repeat(3)}kL2mN5`;

const keyedHash = (value: Uint8Array): string =>
  createHmac("sha256", "a key").update(value).digest("hex");
const context = { target: "container:app", keyedHash };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const log = (stdout: string, stderr = ""): Observation => ({
  logs: { stdout: bytes(stdout), stderr: bytes(stderr) },
});

const places = (observation: Observation): string[] =>
  readObservation(observation, context).map(({ surface, sighting: { place, confidence } }) =>
    [surface, "field" in place ? place.field : "", confidence].join(": "),
  );

function container(parts: Parts = {}): Workload {
  const [workload] = readContainer(dockerContainer(parts)).workloads;
  if (workload === undefined) throw new Error("no container was read");
  return workload;
}

test("arguments of processes, by the column that holds them", () => {
  const titles = ["UID", "PID", "CMD"];
  const rows = [
    ["root", "1", "/app"],
    ["root", "7", `mysql -u root -p${PASSWORD} app`],
    ["root", "8", `curl -H 'Authorization: token ${TOKEN}' https://api.example.com`],
  ];
  expect(places({ top: { titles, rows } })).toEqual([
    "process: process 2 arguments: high",
    "process: process 3 arguments: medium",
  ]);
  // Without a title that is known it is the last one.
  expect(places({ top: { titles: ["WHAT"], rows: [[`x --token ${TOKEN}`]] } })).toHaveLength(1);
});

test("what the container was started with is judged with it and not twice", () => {
  const rows = [["1", `server --token ${TOKEN}`]];
  const top = { titles: ["PID", "CMD"], rows };
  const started = container({ config: { Cmd: ["server", "--token", TOKEN] } });
  expect(observed(started, { top }, keyedHash).observed).toBeUndefined();
  expect(observed(container(), { top }, keyedHash).observed).toHaveLength(1);
});

test("lines of the log, each output counted by itself", () => {
  const quiet = "listening on 8080\nGET /health 200\nuser admin logged in\n";
  expect(places(log(quiet, quiet))).toEqual([]);
  expect(places(log(`${quiet}token=${TOKEN}\n`, `a\nDB_PASSWORD=${PASSWORD}\n`))).toEqual([
    "log: log line 4: medium",
    "log: error log line 2: high",
  ]);
});

test("a log that is long is searched to its end, and its lines are counted right", () => {
  const line = "GET /health HTTP/1.1 200 0.003 example\n";
  const many = line.repeat(60_000);
  expect(places(log(`${many}${TOKEN}\n${line}${TOKEN}\n`))).toEqual([
    "log: log line 60001: medium",
    "log: log line 60003: medium",
  ]);
});

test("more secrets than anybody reads are cut", () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `PASSWORD=${PASSWORD}${String(index)}`);
  expect(places(log(lines.join("\n")))).toHaveLength(500);
});

test("bytes that are no text: no crash", () => {
  const noise = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256);
  expect(places({ logs: { stdout: noise, stderr: noise } })).toEqual([]);
});

test("what health checks printed stands in the inspection", () => {
  const Log = [
    { ExitCode: 0, Output: "ok" },
    { ExitCode: 1, Output: `curl: token ${TOKEN} was refused` },
  ];
  const workload = container({ root: { State: { Running: true, Health: { Log } } } });
  const seen = observed(workload, {}, keyedHash).observed ?? [];
  expect(seen.map(({ sighting }) => sighting.place)).toEqual([
    { image: "container:app", field: "State.Health.Log[1].Output" },
  ]);
  expect(seen[0]?.sighting.span?.file).toBe(workload.source.file);
});

test("a sighting never holds the value, and neither does the finding", () => {
  const observation: Observation = {
    top: { titles: ["CMD"], rows: [[`x --password ${PASSWORD}`], [`y ${TOKEN}`]] },
    ...log(`${TOKEN}\nPASSWORD=${PASSWORD}\n`, `https://user:${PASSWORD}@host/\n`),
  };
  const workload = observed(container(), observation, keyedHash);
  const findings = secretInCommand.check(workload);
  expect(findings.length).toBeGreaterThan(3);
  const said = JSON.stringify([workload.observed, findings], (key, value: unknown) =>
    key === "file" ? undefined : value,
  );
  for (const value of [PASSWORD, TOKEN]) expect(said).not.toContain(value);
});

test("one secret in many lines is one finding that counts them", () => {
  const workload = observed(container(), log(`${TOKEN}\n`.repeat(5)), keyedHash);
  const findings = secretInCommand.check(workload);
  expect(findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    "medium: the container's log shows a secret in clear (GitHub token)",
  ]);
  expect(findings[0]?.evidence).toMatchObject({ count: 5 });
  expect(findings[0]?.place).toEqual({ image: "container:app", field: "log line 1" });
  expect(findings[0]?.detail).toContain(
    "stands in log line 1 of the container. It is there 5 times.",
  );
});

test("surfaces are told apart", () => {
  const observation: Observation = {
    top: { titles: ["CMD"], rows: [[`x --token ${TOKEN}`]] },
    ...log(TOKEN),
  };
  const { observed: seen = [] } = observed(container(), observation, keyedHash);
  expect(seen.map(({ surface }: ObservedSecret) => surface)).toEqual(["process", "log"]);
  const subjects = secretInCommand
    .check({ ...container(), observed: seen })
    .map((each) => each.subject);
  expect(new Set(subjects).size).toBe(2);
});
