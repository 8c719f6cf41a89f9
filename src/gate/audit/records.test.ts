import { describe, expect, test } from "vitest";
import type { Decided } from "../server/observer.ts";
import { clientPolicy, gateRequest } from "../testing.ts";
import { entryText } from "./entry.ts";
import { decisionRecord, endRecord } from "./records.ts";

const client = clientPolicy("ci", "allow: {containers: [list]}");
const FULL = "f".repeat(64);

const decided = (more: Partial<Decided>): Decided => ({
  id: 7,
  client,
  method: "GET",
  decision: "allow",
  denials: [],
  judgedMs: 1.5,
  ...more,
});

describe("a decision", () => {
  test("names the object as it was written and as it went upstream", () => {
    const asked = gateRequest("GET", "/v1.41/containers/web/json");
    const request = { ...asked, names: new Map([["name", FULL]]) };
    expect(decisionRecord(decided({ asked, request }), "run")).toEqual({
      request: "run-7",
      client: "ci",
      method: "GET",
      operation: "ContainerInspect",
      route: "/containers/{name:.*}/json",
      api: 41,
      object: "web",
      id: FULL,
      decision: "allow",
      latencyMicros: 1500,
    });
  });

  test.each<[string, string, string, unknown, string | undefined]>([
    ["a container by its name", "POST", "/containers/create?name=web", { Image: "x" }, "web"],
    ["a container without one", "POST", "/containers/create", { Image: "x" }, undefined],
    ["a volume", "POST", "/volumes/create", { Name: "data" }, "data"],
    [
      "an image",
      "POST",
      "/images/create?fromImage=a.example/b@sha256:00&tag=1",
      undefined,
      "a.example/b@sha256:00",
    ],
    [
      "a build",
      "POST",
      "/build?remote=https://u:p@git.example/x.git%3Ftoken=s",
      undefined,
      "https://git.example/x.git",
    ],
    ["everything", "GET", "/info", undefined, undefined],
  ])("is about %s", (_, method, target, body, object) => {
    const asked = gateRequest(method, target, body);
    expect(decisionRecord(decided({ asked, request: asked }), "run").object).toBe(object);
  });

  test("gives the first denial's rule and field, and how many there were", () => {
    const asked = gateRequest("POST", "/containers/create", {
      Image: "x",
      Env: ["PASSWORD=hunter2"],
      HostConfig: { Privileged: true },
    });
    const denials = [
      { status: 403, rule: "privileged", at: "HostConfig.Privileged", message: "no" },
      { status: 400, rule: "other", at: "", message: "no" },
    ] as const;
    const record = decisionRecord(decided({ asked, decision: "deny", denials }), "run");
    expect(record).toMatchObject({
      decision: "deny",
      rule: "privileged",
      field: "HostConfig.Privileged",
      denials: 2,
      status: 403,
    });
    expect(entryText({ kind: "decision", ...record }, "")).not.toContain("hunter2");
  });

  test("in shadow has no status, since the engine answers", () => {
    const denials = [{ status: 403, rule: "privileged", at: "", message: "no" }] as const;
    const record = decisionRecord(decided({ decision: "shadow", denials }), "run");
    expect(record).toMatchObject({ decision: "shadow-deny", rule: "privileged" });
    expect(record).not.toHaveProperty("status");
  });

  test("on what could not be read has the method alone", () => {
    expect(decisionRecord(decided({ method: "BREW", decision: "deny" }), "run")).toEqual({
      request: "run-7",
      client: "ci",
      method: "BREW",
      decision: "deny",
      latencyMicros: 1500,
    });
  });
});

test("an end counts bytes and says what cut it off", () => {
  const asked = gateRequest("GET", "/containers/web/logs?follow=1");
  const finished = { status: 200, bytesIn: 0, bytesOut: 99, tookMs: 2.25, end: "left" } as const;
  expect(endRecord(decided({ asked }), finished, "run")).toEqual({
    request: "run-7",
    client: "ci",
    operation: "ContainerLogs",
    status: 200,
    latencyMicros: 2250,
    bytesIn: 0,
    bytesOut: 99,
    cut: "client-gone",
  });
});
