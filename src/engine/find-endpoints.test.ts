import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findEndpoints } from "./find-endpoints.ts";
import { isProblem } from "./problem.ts";
import { whole } from "./testing.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plimsoll-home-"));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function write(path: string, content: unknown): void {
  const file = join(home, ".docker", path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

function idOf(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

function context(name: string, docker: unknown): void {
  write(`contexts/meta/${idOf(name)}/meta.json`, {
    Name: name,
    Metadata: {},
    Endpoints: { docker },
  });
}

function found(env: Record<string, string> = {}, host?: string): readonly string[] {
  return whole(findEndpoints({ HOME: home, ...env }, host)).endpoints.map(({ name }) => name);
}

function problem(env: Record<string, string> = {}, host?: string): string {
  const result = findEndpoints({ HOME: home, ...env }, host);
  return isProblem(result) ? result.problem : "";
}

describe("the engine that is meant", () => {
  test("nothing said: the usual sockets, rootless and Podman's after root's", () => {
    expect(found({ XDG_RUNTIME_DIR: "/run/user/7" })).toEqual([
      "unix:///var/run/docker.sock",
      "unix:///run/user/7/docker.sock",
      "unix:///run/user/7/podman/podman.sock",
      "unix:///run/podman/podman.sock",
    ]);
  });

  test("what is named here, then DOCKER_HOST, then DOCKER_CONTEXT, then the current context", () => {
    context("one", { Host: "tcp://one:1" });
    context("two", { Host: "tcp://two:2" });
    write("config.json", { currentContext: "one", auths: {} });
    const env = { DOCKER_HOST: "tcp://host:3", DOCKER_CONTEXT: "two" };
    expect(found()).toEqual(["tcp://one:1"]);
    expect(found({ DOCKER_CONTEXT: "two" })).toEqual(["tcp://two:2"]);
    expect(found(env)).toEqual(["tcp://host:3"]);
    expect(found(env, "tcp://flag:4")).toEqual(["tcp://flag:4"]);
    expect(found({ DOCKER_CONTEXT: "default" })).toHaveLength(4);
    expect(found({ DOCKER_CONTEXT: "", DOCKER_HOST: "" })).toEqual(["tcp://one:1"]);
  });

  test("DOCKER_CONFIG moves the folder", () => {
    context("one", { Host: "tcp://one:1" });
    const folder = join(home, ".docker");
    expect(found({ HOME: "/nowhere", DOCKER_CONFIG: folder, DOCKER_CONTEXT: "one" })).toEqual([
      "tcp://one:1",
    ]);
  });

  test("a context's certificates make it TLS, and so does an order not to verify", () => {
    context("plain", { Host: "tcp://plain" });
    context("safe", { Host: "tcp://safe" });
    context("careless", { Host: "tcp://careless", SkipTLSVerify: true });
    const folder = `contexts/tls/${idOf("safe")}/docker`;
    for (const file of ["ca", "cert", "key"]) write(`${folder}/${file}.pem`, `the ${file}`);
    const tlsOf = (name: string): unknown =>
      whole(findEndpoints({ HOME: home, DOCKER_CONTEXT: name })).endpoints[0];
    expect(tlsOf("plain")).not.toHaveProperty("tls");
    expect(tlsOf("safe")).toMatchObject({
      port: 2376,
      tls: { ca: "the ca", cert: "the cert", key: "the key", verify: true },
    });
    expect(tlsOf("careless")).toMatchObject({ port: 2376, tls: { verify: false } });
  });

  test("DOCKER_TLS_VERIFY takes certificates from DOCKER_CERT_PATH, else from the folder", () => {
    write("ca.pem", "home's");
    write("other/ca.pem", "other's");
    const env = { DOCKER_HOST: "tcp://build", DOCKER_TLS_VERIFY: "1" };
    const of = (more: Record<string, string>): unknown =>
      whole(findEndpoints({ HOME: home, ...env, ...more })).endpoints[0];
    expect(of({})).toMatchObject({ port: 2376, tls: { ca: "home's", verify: true } });
    expect(of({ DOCKER_CERT_PATH: join(home, ".docker/other") })).toMatchObject({
      tls: { ca: "other's" },
    });
    expect(of({ DOCKER_TLS_VERIFY: "", DOCKER_TLS: "1" })).toMatchObject({
      tls: { verify: false },
    });
    expect(of({ DOCKER_TLS_VERIFY: "" })).not.toHaveProperty("tls");
  });

  test("a certificate without its key is not used", () => {
    write("cert.pem", "the cert");
    const env = { HOME: home, DOCKER_HOST: "tcp://build", DOCKER_TLS_VERIFY: "1" };
    expect(whole(findEndpoints(env)).endpoints[0]).toMatchObject({ tls: { verify: true } });
    expect(JSON.stringify(findEndpoints(env))).not.toContain("the cert");
  });

  test("what is wrong with the settings is told, and nothing that stands in them", () => {
    write("config.json", '{"auths": {"host": {"auth": "c2VjcmV0"}},');
    expect(problem()).toMatch(/config\.json is no JSON object$/);
    write("config.json", "[]");
    expect(problem()).toMatch(/no JSON object/);
    write("config.json", { currentContext: "gone" });
    expect(problem()).toBe("there is no context gone");
    write("config.json", { currentContext: 7 });
    expect(problem()).toBe("");
    context("empty", {});
    expect(problem({ DOCKER_CONTEXT: "empty" })).toBe("the context empty names no Docker engine");
    context("windows", { Host: "npipe:////./pipe/docker_engine" });
    expect(problem({ DOCKER_CONTEXT: "windows" })).toMatch(/named pipes/);
    expect(problem({ DOCKER_CONTEXT: "../../etc" })).toMatch(/no context/);
    expect(problem({ DOCKER_CONTEXT: "a\u001b[31m\nb" })).toBe("there is no context a [31m b");
    rmSync(join(home, ".docker/config.json"));
    mkdirSync(join(home, ".docker/config.json"));
    expect(problem()).toMatch(/no file of settings/);
  });
});
