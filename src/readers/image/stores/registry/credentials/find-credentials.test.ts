import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { askHelper } from "./credential-helper.ts";
import { findCredentials } from "./find-credentials.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-credentials-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: unknown): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function helper(name: string, script: string): void {
  chmodSync(write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

const auth = (user: string): { readonly auth: string } => ({
  auth: Buffer.from(`${user}:pw`).toString("base64"),
});
const environment = { PATH: `${join(folder, "bin")}:/usr/bin:/bin` };

async function who(
  host: string,
  repository: string,
  more: Readonly<Record<string, string>>,
  home = "none",
): Promise<unknown> {
  const { credentials, notes } = await findCredentials(host, repository, {
    environment: { ...environment, ...more },
    home: join(folder, home),
  });
  const name = credentials?.kind === "basic" ? credentials.username : credentials?.kind;
  return notes.length === 0 ? name : [name, ...notes];
}

test("the places, in their order", async () => {
  write("home/.docker/config.json", {
    auths: { "r.example": auth("docker-home"), "d.example": auth("d") },
  });
  write("home/.config/containers/auth.json", {
    auths: { "r.example": auth("podman-home"), "p.example": auth("p") },
  });
  write("run/containers/auth.json", {
    auths: { "r.example": auth("podman-run"), "run.example": auth("run") },
  });
  const named = write("named.json", { auths: { "r.example": auth("named") } });
  write("config/config.json", { auths: { "r.example": auth("docker-config") } });
  const run = { XDG_RUNTIME_DIR: join(folder, "run") };
  expect(await who("r.example", "a", { ...run, REGISTRY_AUTH_FILE: named }, "home")).toBe("named");
  expect(
    await who("r.example", "a", { ...run, DOCKER_CONFIG: join(folder, "config") }, "home"),
  ).toBe("docker-config");
  expect(await who("r.example", "a", run, "home")).toBe("docker-home");
  expect(await who("run.example", "a", run, "home")).toBe("run");
  expect(await who("p.example", "a", run, "home")).toBe("p");
  expect(await who("r.example", "a", run)).toBe("podman-run");
  expect(await who("nobody.example", "a", run, "home")).toBeUndefined();
});

test("DOCKER_AUTH_CONFIG comes before Docker's file, and leaves to it what it does not name", async () => {
  write("ci/.docker/config.json", {
    auths: { "r.example": auth("from-file"), "other.example": auth("other") },
  });
  const given = (auths: object): { DOCKER_AUTH_CONFIG: string } => ({
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths }),
  });
  const own = given({ "r.example": auth("from-variable"), "team.example/a": auth("team") });
  expect(await who("r.example", "a", own, "ci")).toBe("from-variable");
  expect(await who("other.example", "a", own, "ci")).toBe("other");
  expect(await who("team.example", "a/b", own, "ci")).toBe("team");
  const hub = given({ "https://index.docker.io/v1/": auth("hub") });
  expect(await who("docker.io", "library/node", hub, "ci")).toBe("hub");
  const named = write("named-too.json", { auths: { "r.example": auth("named") } });
  expect(await who("r.example", "a", { ...own, REGISTRY_AUTH_FILE: named }, "ci")).toBe("named");
  expect(await who("r.example", "a", { DOCKER_AUTH_CONFIG: "" }, "ci")).toBe("from-file");
  // What it holds is not shown.
  expect(await who("r.example", "a", { DOCKER_AUTH_CONFIG: "pa55word" }, "ci")).toEqual([
    "from-file",
    "$DOCKER_AUTH_CONFIG: it is no valid JSON",
  ]);
});

test("a file that cannot be read is told, and the next one is looked into", async () => {
  write("broken/.docker/config.json", "{ not json, with a pa55word");
  write("broken/.config/containers/auth.json", { auths: { "r.example": auth("podman") } });
  expect(await who("r.example", "a", {}, "broken")).toEqual([
    "podman",
    "Docker's config.json: it is no valid JSON",
  ]);
  const gone = { REGISTRY_AUTH_FILE: join(folder, "gone.json") };
  expect(await who("r.example", "a", gone)).toEqual([
    undefined,
    "$REGISTRY_AUTH_FILE: there is no such file",
  ]);
  mkdirSync(join(folder, "directory/.docker/config.json"), { recursive: true });
  expect(await who("r.example", "a", {}, "directory")).toEqual([
    undefined,
    "Docker's config.json: it is no file",
  ]);
});

test("helpers: for a host, for all, none for this one", async () => {
  helper(
    "shop",
    'read -r server; printf \'{"ServerURL":"x","Username":"%s","Secret":"s"}\' "$server"',
  );
  helper("token", 'cat >/dev/null; echo \'{"Username":"<token>","Secret":"refresh-me"}\'');
  helper("empty", "cat >/dev/null; echo credentials not found in native keychain; exit 1");
  write("helpers/.docker/config.json", {
    auths: { "plain.example": auth("plain"), "e.example": auth("fallback") },
    credsStore: "shop",
    credHelpers: { "t.example": "token", "e.example": "empty", "plain.example": "" },
  });
  expect(await who("a.example:5000", "a", {}, "helpers")).toBe("a.example:5000");
  expect(await who("docker.io", "library/a", {}, "helpers")).toBe("https://index.docker.io/v1/");
  expect(await who("t.example", "a", {}, "helpers")).toBe("identity");
  expect(await who("plain.example", "a", {}, "helpers")).toBe("plain");
  expect(await who("e.example", "a", {}, "helpers")).toBe("fallback");
});

test("helpers that misbehave are named, with nothing of what they say", async () => {
  helper("fails", "cat >/dev/null; echo pa55word; echo pa55word >&2; exit 3");
  helper("garbage", "cat >/dev/null; echo pa55word");
  helper("flood", "cat >/dev/null; while :; do echo pa55word pa55word pa55word pa55word; done");
  helper("stalls", "sleep 60 & sleep 60");
  helper("deaf", 'exec <&-; echo \'{"Username":"u","Secret":"s"}\'');
  const ask = (name: string, server = "r.example"): Promise<unknown> =>
    askHelper(name, server, environment, 1500);
  expect(await ask("fails")).toEqual({ problem: "docker-credential-fails failed with status 3" });
  expect(await ask("garbage")).toEqual({
    problem: "docker-credential-garbage gives no valid JSON",
  });
  expect(await ask("flood")).toEqual({ problem: "docker-credential-flood says too much" });
  expect(await ask("absent")).toEqual({
    problem: "the credential helper docker-credential-absent is not installed",
  });
  expect(await ask("deaf", "x".repeat(200_000))).toEqual({
    kind: "basic",
    username: "u",
    password: "s",
  });
  const started = performance.now();
  expect(await ask("stalls")).toEqual({
    problem: "docker-credential-stalls does not answer in time",
  });
  expect(performance.now() - started).toBeLessThan(10_000);
  for (const name of ["../evil", "a b", "A", "", "a;b", "a/b", ".."]) {
    expect(await ask(name)).toEqual({
      problem: "it names a credential helper by what is no name of one",
    });
  }
});

test("helpers are looked for in absolute directories only", async () => {
  helper("here", 'echo \'{"Username":"u","Secret":"s"}\'');
  const leadsThere = relative(process.cwd(), join(folder, "bin"));
  for (const path of [leadsThere, `:${leadsThere}`, ".", "", "::bin"]) {
    expect(await askHelper("here", "r.example", { PATH: path })).toEqual({
      problem: "the credential helper docker-credential-here is not installed",
    });
  }
});
