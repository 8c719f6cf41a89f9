import fc from "fast-check";
import { expect, test } from "vitest";
import { finding, plainOptions, report, shopReport, spanOf } from "../testing.ts";
import { githubFormat } from "./format.ts";

const file = { path: "compose.yaml", text: "services:\n  api:\n    user: root\n" };
const root = spanOf(file, "user: root");

test("one command a finding, unknowns as warnings", () => {
  expect(githubFormat(shopReport(), plainOptions)).toMatchInlineSnapshot(`
    "::error file=compose.yaml,line=5,endLine=5,col=9,endColumn=53,title=critical[engine-socket]::the engine's socket is mounted%0AWhoever reaches this socket is root on the host: it takes one request to start a privileged container. Read-only does not help, since a socket is written to by connecting.%0Afix: Put a filtering proxy before the socket and mount the proxy's instead, or drop the mount.%0Asee also compose.yaml:2:3 service proxy
    ::error file=compose.yaml,line=12,endLine=12,col=15,endColumn=24,title=critical[dangerous-capability]::SYS_ADMIN is added%0AWith SYS_ADMIN an attacker can mount the host's disks.%0Afix: Remove SYS_ADMIN from \`cap_add\`.%0Asee also compose.yaml:6:3 service api
    ::error file=compose.yaml,line=10,endLine=10,col=7,endColumn=41,title=high[secret-in-env]::DB_PASSWORD holds a password in clear%0AEveryone who can read the file, or inspect the container, can read it.%0Afix: Move it to a secret:%0Asecrets:%0A  - db_password%0Asee also compose.yaml:6:3 service api
    ::error file=compose.yaml,line=6,endLine=6,col=3,endColumn=7,title=high[runs-as-root]::runs as root%0AThe image node:22 sets no user.%0Afix: Write \`USER node\` at the end of the Dockerfile.%0Asee also Dockerfile:1:1 the base image's user is root
    ::warning file=compose.yaml,line=6,endLine=6,col=3,endColumn=7,title=medium[no-resource-limits]::no limit on processes%0Afix: Set \`pids_limit: 200\`.
    ::warning file=compose.yaml,line=14,endLine=14,col=3,endColumn=10,title=medium[no-resource-limits]::no limit on processes%0Afix: Set \`pids_limit: 200\`.
    ::error file=compose.yaml,line=6,endLine=6,col=3,endColumn=7,title=Deployment web fails pod-security%3Arestricted@1.37::capabilities_restricted: unrestricted capabilities: container "api" must set capabilities.drop to ALL
    ::warning file=compose.yaml,line=15,endLine=15,col=12,endColumn=28,title=unknown%3A user of service worker::nothing sets a user and the image example/worker:2 is not at hand%0Ato settle it: set \`user:\` on the service, or check where the image can be read
    ::warning file=chart/templates/web.yaml,title=unknown%3A file::it is a Helm template that was not rendered%0Ato settle it: run \`helm template\` and check its output
    "
  `);
});

test("after ten of a level the rest is printed as text", () => {
  const findings = Array.from({ length: 25 }, (_, index) =>
    finding("runs-as-root", root, { message: `message ${index}.` }),
  );
  const lines = githubFormat(report({ findings }), plainOptions).trimEnd().split("\n");
  expect(lines.filter((line) => line.startsWith("::error "))).toHaveLength(10);
  expect(lines[10]).toContain("15 more follow as text");
  for (let index = 0; index < 25; index++) expect(lines.join("\n")).toContain(`message ${index}.`);
});

/** What the runner takes for a command: its two forms, as it parses them. */
function isCommand(line: string): boolean {
  return line.trimStart().startsWith("::") || /##(?:vso)?\[/i.test(line);
}

test("no input forges a workflow command", () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      "x\n::add-mask::secret",
      "x\r::set-env name=A::b",
      "::error::y",
      "##[add-mask]z",
      "##vso[task.setvariable]v",
      "a,file=other::b",
      "%0A::stop-commands::t",
      "a\u2028::error::b",
    ),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  fc.assert(
    fc.property(nasty, nasty, fc.integer({ min: 1, max: 12 }), (field, path, count) => {
      const span = { file: { path, text: "a\n" }, start: 0, end: 1 };
      const findings = Array.from({ length: count }, () =>
        finding(field, span, {
          message: field,
          detail: field,
          help: field,
          related: [{ span, label: field }],
        }),
      );
      const unknowns = [{ path, what: field, why: field, settle: field }];
      const lines = githubFormat(report({ findings, unknowns }), plainOptions)
        .trimEnd()
        .split("\n");
      const note = count > 10 ? 1 : 0;
      expect(lines).toHaveLength(count + 1 + note);
      for (const line of lines) {
        const own =
          /^::(?:error|warning|notice) (?:file=[^:,]*)(?:,(?:line|endLine|col|endColumn)=\d+)*,title=[^:,]*::(.*)$/u.exec(
            line,
          );
        // Apart from its own head, a line holds no command.
        expect(isCommand(own === null ? line : `x${own[1]}`)).toBe(false);
      }
    }),
  );
});

test("a percent sign in input stays one", () => {
  const findings = [finding("runs-as-root", root, { message: "100%0A done" })];
  expect(githubFormat(report({ findings }), plainOptions)).toContain("::100%250A done");
});
