/** Encodings, characters that terminals and workflow runners act on, and secrets: nothing of it reaches an output raw. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { formatNames } from "../../src/report/index.ts";
import { project } from "../support/cli.ts";
import { within } from "./limits.ts";

const utf16 = (text: string): Uint8Array =>
  new Uint8Array([0xff, 0xfe, ...Buffer.from(text, "utf16le")]);
const DOCKERFILE = "FROM node:22\nUSER root\nEXPOSE 80\n";

async function unknownsOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const { run, remove } = project(files);
  const { status, out, err } = await run(["check", "-f", "json", "--fail-on", "none"]);
  remove();
  expect([0, 3], err).toContain(status);
  if (out === "") return ""; // Nothing at all to check.
  const { unknowns } = JSON.parse(out) as { unknowns: { why: string }[] };
  return unknowns.map(({ why }) => why).join("\n");
}

test.each<[string, string | Uint8Array, RegExp]>([
  ["UTF-16", utf16(DOCKERFILE), /binary|UTF-8/],
  ["Latin-1", Buffer.from("FROM node:22\n# caf\u00e9\n", "latin1"), /UTF-8 \(first at byte 18\)/],
  ["half a character", new Uint8Array([0x46, 0x52, 0x4f, 0x4d, 0x20, 0x61, 0xe2, 0x82]), /UTF-8/],
  ["a surrogate in UTF-8", new Uint8Array([0x23, 0xed, 0xa0, 0x80]), /UTF-8/],
  ["an overlong form", new Uint8Array([0x23, 0xc0, 0x80]), /UTF-8/],
  ["NUL", "FROM node:22\nRUN a\0b\n", /binary/],
])("%s is refused with its reason", async (_, content, why) => {
  expect(await unknownsOf({ Dockerfile: content })).toMatch(why);
});

test.each([
  ["a byte order mark", `\uFEFF${DOCKERFILE}`],
  ["CRLF", DOCKERFILE.replaceAll("\n", "\r\n")],
  ["no newline at the end", DOCKERFILE.trimEnd()],
])("%s changes nothing", async (_, content) => {
  const places = async (text: string): Promise<unknown> => {
    const { run, remove } = project({ Dockerfile: text });
    const { out } = await run(["check", "-f", "json", "--fail-on", "none"]);
    remove();
    const { findings } = JSON.parse(out) as {
      findings: { rule: string; location: { line: number } }[];
    };
    return findings.map(({ rule, location }) => [rule, location.line]);
  };
  expect(await places(content)).toEqual(await places(DOCKERFILE));
});

/** ESC, OSC 8, CSI in one byte, a carriage return, bidi controls, zero width, a workflow command on a line of its own. */
const NASTY =
  "\u001b[31m\u001b]8;;http://x\u0007\u009b2J\r\u202e\u2066\u200b\u2028::error::owned ##[add-mask]x ##vso[task.x]";
const IN_TEXT = "a\u001b[31mred\u009b2J\u202eevil\u2066##[add-mask]x";

/** What no output may hold, whatever its format. A newline is the output's own. */
// eslint-disable-next-line no-control-regex
const RAW =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const nasty: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "file names": {
    [`Dockerfile.${IN_TEXT}\n::error::x`]: "FROM a\nUSER root\n",
    [`\u001b[2J/Dockerfile`]: "FROM a\n",
  },
  "a Dockerfile": {
    Dockerfile: `FROM ${IN_TEXT}:1 AS ${IN_TEXT}\n# ${NASTY}\nENV ${IN_TEXT}=1 A_TOKEN=${IN_TEXT}\nUSER ${IN_TEXT}\nRUN curl http://${IN_TEXT} | sh\nEXPOSE ${IN_TEXT}\n${IN_TEXT}\n`,
  },
  "a Compose file": {
    "compose.yaml": `services:\n  "${JSON.stringify(NASTY).slice(1, -1)}":\n    image: ${JSON.stringify(NASTY)}\n    user: ${JSON.stringify(NASTY)}\n    cap_add: [${JSON.stringify(NASTY)}]\n    environment:\n      ? ${JSON.stringify(NASTY)}\n      : x\n    volumes: [${JSON.stringify(`/var/run/docker.sock:${NASTY}`)}]\n    privileged: ${JSON.stringify(NASTY)}\n    ${JSON.stringify(NASTY)}: 1\n`,
  },
  "a pod": {
    "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: ${JSON.stringify(NASTY)}, annotations: {"plimsoll.dev/ignore.runs-as-root": ${JSON.stringify(NASTY)}}}\nspec:\n  hostPID: ${JSON.stringify(NASTY)}\n  containers:\n  - name: ${JSON.stringify(NASTY)}\n    image: ${JSON.stringify(NASTY)}\n    command: [${JSON.stringify(NASTY)}]\n    securityContext: {runAsUser: ${JSON.stringify(NASTY)}, capabilities: {add: [${JSON.stringify(NASTY)}]}}\n`,
  },
  "a script": {
    "a.sh": `docker run --privileged -v '/:/${IN_TEXT}' -e 'A=${IN_TEXT}' --user '${IN_TEXT}' '${IN_TEXT}'\n`,
  },
  "a wrong exception": {
    Dockerfile: `# plimsoll: ignore[${IN_TEXT}] ${IN_TEXT} until=${IN_TEXT}\nFROM a\n`,
  },
};

for (const format of formatNames) {
  test.each(Object.entries(nasty))(`%s in ${format}`, async (_, files) => {
    const { run, remove } = project(files);
    const { status, out, err } = await run([
      "check",
      "-f",
      format,
      "--fail-on",
      "none",
      "--posture",
    ]);
    remove();
    expect([0, 3], err).toContain(status);
    expect(RAW.exec(out)?.index).toBeUndefined();
    expect(RAW.exec(err)?.index).toBeUndefined();
    expect(out).not.toMatch(/##(\[|vso\[)/);
    const commands = out.split("\n").filter((line) => /^\s*::/.test(line));
    if (format !== "github") expect(commands).toEqual([]);
    for (const line of commands) {
      expect(line).toMatch(/^::(error|warning|notice|group|endgroup)/);
      expect(line).not.toMatch(/^::error::owned/);
    }
  });
}

test("a usage error shows nothing raw", async () => {
  const { run, remove } = project({ Dockerfile: "FROM a\n" });
  for (const words of [
    [IN_TEXT],
    ["-f", IN_TEXT],
    ["--only", IN_TEXT],
    [`--${IN_TEXT}`],
    ["--config", IN_TEXT],
    ["--baseline", IN_TEXT],
    ["explain", IN_TEXT],
  ]) {
    const { out, err } = await run(words[0] === "explain" ? words : ["check", ...words]);
    expect(RAW.test(out + err), JSON.stringify(words)).toBe(false);
  }
  remove();
});

const SECRET = "hunter2-Zx81kQ0v7";
const secrets: Readonly<Record<string, string>> = {
  Dockerfile: `FROM node:22\nARG NPM_TOKEN=${SECRET}\nENV DB_PASSWORD=${SECRET} A=b\nENV API_KEY "${SECRET}"\nRUN curl -u admin:${SECRET} https://x && PGPASSWORD=${SECRET} psql\nRUN mysql -p${SECRET} && echo ${SECRET} | docker login -u a --password-stdin\nCMD ["tool","--password","${SECRET}"]\n`,
  "compose.yaml": `services:\n  a:\n    image: x\n    privileged: true\n    environment: {DB_PASSWORD: ${SECRET}, URL: "postgres://u:${SECRET}@h/d"}\n    command: ["run", "--token", "${SECRET}"]\n    build: {context: ., args: {NPM_TOKEN: ${SECRET}}}\n    env_file: a.env\n`,
  "a.env": `SECRET_KEY=${SECRET}\nDATABASE_URL=postgres://u:${SECRET}@h/d\n`,
  "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: a\n    image: x\n    args: [--password=${SECRET}, "--token", ${SECRET}]\n    env:\n    - {name: DB_PASSWORD, value: ${SECRET}}\n    - name: API_TOKEN\n      value: "${SECRET}"\n`,
  "a.sh": `docker run --privileged -e DB_PASSWORD=${SECRET} x --password ${SECRET}\nTOKEN=${SECRET} docker run -e TOKEN x\ndocker build --build-arg NPM_TOKEN=${SECRET} .\n`,
  "config.json": `{"ociVersion":"1.0.2","process":{"args":["a","--password","${SECRET}"],"env":["DB_PASSWORD=${SECRET}"]},"root":{"path":"r"}}`,
  Makefile: `DB_PASSWORD = ${SECRET}\nrun:\n\tdocker run -e DB_PASSWORD=$(DB_PASSWORD) --privileged x\n`,
};

test.each(formatNames)("no secret value leaves in %s", async (format) => {
  const { run, remove } = project(secrets);
  const { out, err } = await run(["check", "-f", format, "--fail-on", "none", "--posture"]);
  remove();
  const leak = (out + err).indexOf(SECRET);
  expect(leak < 0 ? "" : (out + err).slice(Math.max(0, leak - 200), leak)).toBe("");
});

test.each(formatNames)("a line of a megabyte in %s", async (format) => {
  const long = "x".repeat(250_000);
  const files = {
    Dockerfile: `FROM node:22\nUSER root\nENV A=${long}\nENV DB_PASSWORD=${long}\n`,
    "compose.yaml": `services: {a: {image: x, privileged: true, labels: {a: "${long}"}, user: "${long}"}}\n`,
    "pod.json": `{"apiVersion":"v1","kind":"Pod","spec":{"hostPID":true,"containers":[{"name":"a","image":"x","args":["${long}"]}]}}`,
    "a.sh": `docker run --privileged x ${"y ".repeat(100_000)}\n`,
    "a.md": `\`\`\`sh\ndocker run --privileged x ${long}\n\`\`\`\n`,
  };
  const { run, remove } = project(files);
  const { status, out } = await within(() =>
    run(["check", "-f", format, "--fail-on", "none", "--posture"]),
  );
  remove();
  expect(status).toBe(0);
  if (format === "terminal")
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(3100);
});

test("any bytes as any file end in a report", async () => {
  const names = fc.constantFrom(
    "Dockerfile",
    "compose.yaml",
    "pod.yaml",
    "a.sh",
    "a.md",
    "config.json",
    "Makefile",
    ".gitignore",
    ".env",
    "package.json",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(names, fc.uint8Array({ maxLength: 60 }), { maxKeys: 4 }),
      async (files) => {
        const { run, remove } = project(files);
        const { status, err } = await run(["check", "-f", "json", "--fail-on", "none"]);
        remove();
        expect([0, 3], err).toContain(status);
      },
    ),
    { numRuns: 60 },
  );
});
