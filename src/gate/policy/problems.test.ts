import { expect, test } from "vitest";
import { compilePolicy } from "./compile.ts";
import { clientText, mistakesOf } from "./policy-testing.ts";

/** Lines of the client `a`, and the mistakes that are told, each by its beginning and its end. */
const wrong: readonly (readonly [keys: readonly string[], ...mistakes: RegExp[]])[] = [
  [["prest: discovery"], /^5:5: unknown key "prest" in clients\.a -> did you mean preset\?$/],
  [["preset: discovrey"], /^5:13: clients\.a\.preset is the text "discovrey" .*mean discovery\?$/],
  [["allow: {container: [list]}"], /^5:13: unknown key "container" .*mean containers\?$/],
  [["allow: {containers: [lists]}"], /^5:26: .*containers\[1\] is the text "lists".*mean list\?$/],
  [["allow: {containers: list}"], /^5:25: .*is the text "list" -> expected a list of words/],
  [["allow: {swarm: [all]}"], /^5:21: .*the text "all"/],
  [["allow:"], /^5:11: clients\.a\.allow is empty -> expected a mapping of words/],
  [["deny: {containers: [exec]}"], /^5:25: clients\.a: deny takes "exec", which nothing allows/],
  [["posture: {refuse: hihg}"], /^5:23: .*mean high\?$/],
  [
    ["posture: {rules: {host-prot: off}}"],
    /^5:23: .*no rule "host-prot" -> did you mean host-port/,
  ],
  [["posture: {rules: {host-port: of}}"], /^5:34: .*"of".*mean off\?$/],
  [["grant: {capabilities: [NET_ADMN]}"], /^5:28: .*"NET_ADMN" -> did you mean NET_ADMIN\?$/],
  [["grant: {binds: [srv]}"], /^5:21: .*expected an absolute path/],
  [["grant: {binds: [/srv/../etc]}"], /^5:21: .*shortest form.* -> write \/etc$/],
  [["grant: {binds: [/srv/]}"], /^5:21: .* -> write \/srv$/],
  [["grant: {binds: [{source: /a//b}]}"], /^5:30: .* -> write \/a\/b$/],
  [["grant: {binds: [{sorce: /a}]}"], /source is missing/, /unknown key "sorce".*mean source\?$/],
  [["grant: {ports: [70000]}"], /^5:21: .*"70000" is no port/],
  [["grant: {ports: [9-8]}"], /no port/],
  [['grant: {ports: ["300.1.1.1:80"]}'], /no port/],
  [["grant: {devices: [/etc/passwd]}"], /below \/dev/],
  [["grant: {sysctls: [net/core/somaxconn]}"], /-> write net\.core\.somaxconn$/],
  [["grant: {registries: [https://ghcr.io]}"], /no registry's host/],
  [["grant: {images: ['a b']}"], /no pattern of images/],
  [["grant: {subnets: [10.0.0.0]}"], /no range of addresses/],
  [["grant: {labels: [dev.plimsoll.owner]}"], /the gate's own label/],
  [["grant: {host-namespaces: [net]}"], /one of pid, ipc, uts, cgroup, user/],
  [["grant: {privileged: yes}"], /^5:25: .*"yes" -> expected true or false/],
  [["grant: {limits: {memory: 1q}}"], /expected a size/],
  [["grant: {limits: {memory: 0}}"], /no size that the gate can keep/],
  [["grant: {limits: {cpus: 0}}"], /expected a number of CPUs/],
  [["grant: {limits: {memory: 999999999999999t}}"], /no size that the gate can keep/],
  [["force: {user: root}"], /^5:19: .*"root" is root/],
  [["force: {user: 0:100}"], /is root/],
  [['force: {user: "00"}'], /is root/],
  [["force: {labels: {dev.plimsoll.owner: x}}"], /the gate's own label/],
  [["owner: a b"], /expected a name of letters/],
  [["ownership: false", "owner: b"], /^6:12: clients\.a: owner says nothing/],
  [["redact: all"], /one of none, secrets, strict/],
  [["rate: {per-second: 0}"], /expected a number of requests/],
  [["rate: {burst: 5}"], /per-second is missing/],
  [["concurrency: 0"], /expected a whole number from 1/],
  [["api-versions: {least: 1.24}"], /^5:27: clients\.a: API 1\.24 is none that the gate knows/],
  [["api-versions: {least: 1.50, most: 1.45}"], /least is greater than most/],
  [["api-versions: {most: 1.45, assumed: 1.50}"], /assumed is not between/],
  [["grant: {}", "grant: {}"], /^6:5: the key stands here a second time/],
];

test.each(wrong.map(([keys, ...mistakes]) => ({ keys, mistakes })))(
  "$keys",
  ({ keys, mistakes }) => {
    const told = mistakesOf(clientText(...keys));
    expect(told).toHaveLength(mistakes.length);
    for (const [index, mistake] of mistakes.entries()) expect(told[index]).toMatch(mistake);
  },
);

const way = (listen: string): string => `version: 1\nclients:\n  a:\n    listen: ${listen}\n`;

test.each([
  ["{}", /^4:13: clients\.a: this way in has no address/],
  ["{unix: a.sock}", /expected an absolute path/],
  ["{unix: /run/../a}", /-> write \/a$/],
  [`{unix: /${"a".repeat(120)}}`, /longer than a socket's may be/],
  ["{unix: /a, tcp: 'h:1'}", /several addresses: unix, tcp/],
  ["{unix: /a, mode: 660}", /^4:30: .*"660" is no mode -> expected octal digits after a 0: 0660$/],
  ["{unix: /a, mode: 0999}", /permission bits in octal/],
  ["{unix: /a, cert: x}", /^4:24: .*cert does not belong to unix/],
  ["{unix: /a, owner: me}", /a user's number/],
  ["{unix: /a, group: 4294967295}", /more than the kernel counts/],
  ["{tcp: '127.0.0.1:1'}", /whoever reaches it is this client -> use unix or tls, or add/],
  ["{tcp: '127.0.0.1:1', i-know-that-anyone-may-connect: false}", /expected true/],
  ["{tcp: h, i-know-that-anyone-may-connect: true}", /"h" is no address/],
  ["{tls: 'h:1', cert: c, key: k, client-ca: a}", /client is missing: every holder/],
  ["{tls: 'h:1', cert: c, key: k, client: {dns: x}}", /client-ca is missing/],
  ["{tls: 'h:1', cert: c, key: k, client-ca: a, client: {dns: x, uri: y}}", /names several/],
  ["[]", /expected where it connects/],
])("listen: %s", (listen, mistake) => {
  const told = mistakesOf(way(listen));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(mistake);
});

const file = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

test.each([
  ["", /^1:1: the file is empty/],
  [file("version: 2", "clients: {a: {listen: {unix: /a}}}"), /^1:10: version is the number 2 -> /],
  ["clients: {a: {listen: {unix: /a}}}\n", /^1:1: version is missing -> expected 1/],
  ["version: 1\nclients: {}\n", /^2:10: clients is empty: nobody could connect/],
  ["a\n", /^1:1: the file is a single value/],
  ["version: 1\nclients: []\n", /^2:10: clients is an empty list/],
  ["version: [\n", /^\d+:\d+: /],
  [file("version: 1", "clients: {__proto__: {listen: {unix: /a}}}"), /^2:11: "__proto__" cannot/],
  [file("version: 1", "clients: {a b: {listen: {unix: /a}}}"), /^2:11: "a b" cannot be a name/],
  [file("upstream: ftp://x", clientText()), /^1:11: no engine is read at "ftp:\/\/x"/],
  [file("upstream: unix:///run/a.sock", clientText()), /is the engine's socket and a client's/],
  [file("upstream: {address: ssh://h, tls: {}}", clientText()), /for tcp:\/\/ and https/],
  [file("upstream: {address: tcp://h, tls: {cert: c}}", clientText()), /cert and key go together/],
  [file("admin: 9323", clientText()), /^1:8: "9323" is no address/],
  [file("admin: unix:///run/a.sock", clientText()), /is a client's address/],
  [file("drain: 5", clientText()), /^1:8: drain is the number 5 -> expected a time with its unit/],
  [file("drain: 999999h", clientText()), /longer than a timer can wait/],
  [file("limits: {head-time: 0s}", clientText()), /no time in which anything can arrive/],
  [file("limits: {head-size: 1k}", clientText()), /expected 8k to 16m/],
  [file("audit: {max-size: 10m}", clientText()), /^1:1: audit\.file is missing/],
  [file("audit: {file: a, max-size: 1}", clientText()), /less than a page/],
  [file("host-root: /host/", clientText()), /^1:12: .* -> write \/host$/],
  [
    file("version: 1", "clients: {a: {listen: {unix: /s}}, b: {listen: {unix: /s}}}"),
    /^2:55: clients\.b: "\/s" is the address of client "a" already/,
  ],
])("the file %j", (text, mistake) => {
  const told = mistakesOf(text);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(mistake);
});

test("clients at one TLS address share its files and no certificate", () => {
  const tls = (cert: string, name: string): string =>
    `{tls: "h:1", cert: ${cert}, key: k, client-ca: a, client: {dns: ${name}}}`;
  const two = (left: string, right: string): string[] =>
    mistakesOf(file("version: 1", "clients:", `  a: {listen: ${left}}`, `  b: {listen: ${right}}`));
  expect(two(tls("c", "x"), tls("c", "y"))).toEqual([]);
  expect(two(tls("c", "x"), tls("d", "y"))[0]).toMatch(/share its cert, key and client-ca/);
  expect(two(tls("c", "x"), tls("c", "x"))[0]).toMatch(/is that of client "a" already/);
});

test("mistakes of shape and of meaning are told together, in the order of the file", () => {
  const told = mistakesOf(
    file(
      "version: 3",
      "upstreem: x",
      "audit: {max-size: 1q, on-failure: deney}",
      "clients:",
      "  a:",
      "    listen: {unix: /a, mode: 660}",
      "    allow: {containers: [lst]}",
      "    posture: {rules: {host-prot: off}}",
      "    grant: {capabilities: [NET_ADMN], privileged: yes, binds: [{sorce: /a}]}",
      "  b:",
      "    listn: {}",
    ),
  );
  expect(told.map((line) => line.split(": ")[0])).toEqual([
    "1:10",
    "2:1",
    "3:1",
    "3:19",
    "3:35",
    "6:30",
    "7:26",
    "8:23",
    "9:28",
    "9:51",
    "9:64",
    "9:65",
    "10:3",
    "11:5",
  ]);
});

test("a mistake repeats no more of the file than it needs", () => {
  const long = "x".repeat(10_000);
  for (const text of [clientText(`${long}: 1`), clientText(`preset: ${long}`), long]) {
    for (const line of mistakesOf(text)) expect(line.length).toBeLessThan(700);
  }
});

test("a file of mistakes is told in bounded time and length", () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `key${String(index)}: 1`);
  const outcome = compilePolicy({ path: "g", text: file("version: 1", ...keys) });
  expect(outcome.ok ? 0 : outcome.problems.length).toBe(100);
});

test.each([
  ["devices", "/dev/a"],
  ["binds", "/srv"],
  ["networks", "a"],
  ["ports", "1"],
])("a list of %s has its bound", (key, item) => {
  const list = (length: number): string => Array.from({ length }, () => item).join(", ");
  expect(mistakesOf(clientText(`grant: {${key}: [${list(1000)}]}`))).toEqual([]);
  expect(mistakesOf(clientText(`grant: {${key}: [${list(1001)}]}`))).toHaveLength(1);
});

test("so have clients, and the ways in of one", () => {
  const clients = (count: number): string =>
    file(
      "version: 1",
      "clients:",
      ...Array.from(
        { length: count },
        (_, index) => `  c${String(index)}: {listen: {unix: /c${String(index)}}}`,
      ),
    );
  expect(mistakesOf(clients(1000))).toEqual([]);
  expect(mistakesOf(clients(1001))).toHaveLength(1);
  const ways = Array.from({ length: 17 }, (_, index) => `{unix: /w${String(index)}}`).join(", ");
  expect(mistakesOf(way(`[${ways}]`))[0]).toMatch(/at most 16/);
});
