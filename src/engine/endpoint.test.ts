import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEndpoint } from "./endpoint.ts";
import { isProblem } from "./problem.ts";
import { whole } from "./testing.ts";
import { sshWords } from "./transport/ssh.ts";

const TLS = { verify: true } as const;

describe("an address of an engine", () => {
  test.each([
    ["unix:///run/docker.sock", { kind: "unix", path: "/run/docker.sock" }],
    ["unix://", { kind: "unix", path: "/var/run/docker.sock" }],
    ["/run/docker.sock", { kind: "unix", path: "/run/docker.sock" }],
    ["./d.sock", { kind: "unix", path: "./d.sock" }],
    ["unix://relative.sock", { kind: "unix", path: "relative.sock" }],
    ["tcp://build:2375", { kind: "tcp", host: "build", port: 2375, basePath: "" }],
    ["build", { kind: "tcp", host: "build", port: 2375 }],
    ["build:99", { kind: "tcp", host: "build", port: 99 }],
    ["tcp://", { kind: "tcp", host: "localhost", port: 2375 }],
    ["tcp://:77", { kind: "tcp", host: "localhost", port: 77 }],
    ["tcp://[::1]:2375/", { kind: "tcp", host: "::1", port: 2375, name: "tcp://[::1]:2375" }],
    ["tcp://build:1/engines/a", { kind: "tcp", host: "build", port: 1, basePath: "/engines/a" }],
    ["ssh://build", { kind: "ssh", host: "build" }],
    ["ssh://me@build:2222", { kind: "ssh", user: "me", host: "build", port: 2222 }],
    ["ssh://me@build/run/d.sock", { kind: "ssh", user: "me", host: "build", path: "/run/d.sock" }],
    ["ssh://build/", { kind: "ssh", host: "build" }],
    [" tcp://build:2375\n", { kind: "tcp", host: "build" }],
  ])("%s", (text, wanted) => {
    const endpoint = parseEndpoint(text);
    expect(endpoint).toMatchObject(wanted);
    expect(endpoint).not.toHaveProperty("tls");
  });

  test("TLS changes the usual port, and is for tcp alone", () => {
    expect(parseEndpoint("tcp://build", TLS)).toMatchObject({ port: 2376, tls: TLS });
    expect(parseEndpoint("tcp://build:1", TLS)).toMatchObject({ port: 1, tls: TLS });
    expect(parseEndpoint("unix:///d.sock", TLS)).not.toHaveProperty("tls");
  });

  test.each([
    ["npipe:////./pipe/docker_engine", /named pipes/],
    ["http://build:2375", /scheme http/],
    ["fd://", /scheme fd/],
    ["tcp://build:0", /port/],
    ["tcp://build:70000", /port/],
    ["tcp://build:2375/a/../b", /dots/],
    ["tcp://build:2375?x=1", /no HOST:PORT/],
    ["tcp://me@build:2375", /no HOST:PORT/],
    ["tcp://a b", /no HOST:PORT/],
    ["unix://tcp://build", /no path/],
    ["ssh://", /no host/],
    ["ssh://-oProxyCommand=touch", /./],
    ["ssh://-o", /no host/],
    ["ssh://-l@build", /no host/],
    ["ssh://build/$(id)", /./],
    ["ssh://build/run/d.sock?x", /./],
    ["ssh://build/a b", /./],
    [`tcp://${"a".repeat(3000)}`, /too long/],
  ])("%s is refused with a reason", (text, reason) => {
    const endpoint = parseEndpoint(text);
    expect(isProblem(endpoint) ? endpoint.problem : endpoint).toMatch(reason);
  });

  test.each(["ssh://me:hunter2@build", "tcp://me:hunter2@build", "http://me:hunter2@build"])(
    "%s: what may be a password is not repeated",
    (text) => {
      const endpoint = parseEndpoint(text);
      expect(isProblem(endpoint)).toBe(true);
      expect(JSON.stringify(endpoint)).not.toContain("hunter2");
    },
  );

  test("any text gives an endpoint or a reason on one printable line", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .tuple(fc.constantFrom("unix", "tcp", "ssh", "npipe"), fc.string())
        .map((two) => two.join("://")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const endpoint = parseEndpoint(text);
        const line = isProblem(endpoint) ? endpoint.problem : endpoint.name;
        expect(line).not.toMatch(/\p{Cc}/u);
        if (!isProblem(endpoint) && endpoint.kind === "ssh") {
          const words = sshWords(endpoint);
          const host = words.indexOf("--") + 1;
          expect(words[host]).toBe(endpoint.host);
          expect(words.slice(host + 1).join(" ")).toMatch(
            /^docker (--host=unix:\/\/[\w./-]+ )?system dial-stdio$/,
          );
        }
      }),
    );
  });
});

test("ssh is called as the docker command line calls it", () => {
  const endpoint = whole(parseEndpoint("ssh://me@[::1]:2222/run/d.sock"));
  expect(endpoint.kind === "ssh" ? sshWords(endpoint).join(" ") : "").toBe(
    "-o ConnectTimeout=30 -T -l me -p 2222 -- ::1 docker --host=unix:///run/d.sock system dial-stdio",
  );
});
