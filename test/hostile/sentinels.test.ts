/** Every kind of secret on a command line, each with a value of its own, in every kind of file: none leaves in any format. */

import { afterEach, expect, test } from "vitest";
import { detectValues } from "../../src/report/mask/detect.ts";
import { replaceRanges } from "../../src/report/mask/line.ts";
import { createMasker } from "../../src/report/mask/masker.ts";
import { report } from "../../src/report/testing.ts";
import { project } from "../support/cli.ts";
import { SECRET_LINES } from "./secret-lines.ts";

const FORMATS: readonly (readonly string[])[] = [
  ["-f", "terminal", "--posture", "--show-suppressed"],
  ["-f", "terminal", "--width", "40"],
  ...["json", "sarif", "junit", "github", "gitlab", "markdown"].map((format) => ["-f", format]),
];

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

/** A value that no detector knows, of its own for each place. */
function sentinel(file: number, line: number): string {
  return `Qz${file}xW${String(line).padStart(3, "0")}vJk`;
}

/** The lines with the sentinels of a file. */
function lines(file: number): string[] {
  return SECRET_LINES.map((line, index) => line.replaceAll("@@", sentinel(file, index)));
}

/** The words of a line as a shell takes it apart. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/^([^'"]*)(['"])(.*)\2$/, "$1$3"));
}

const json = (text: string): string => JSON.stringify(text);

function files(): Record<string, string> {
  const word = (line: string): string => wordsOf(line).map(json).join(", ");
  return {
    // Each line is framed by a finding of its own.
    Dockerfile: `FROM node:22\n${lines(1)
      .map((line) => `RUN ${line} && curl -k http://h.example/x | sh\n`)
      .join("")}`,
    "heredoc/Dockerfile": `FROM node:22\nRUN <<EOF\n${lines(2)
      .map((line) => `${line}\ncurl -k http://h.example/x | sh\n`)
      .join(
        "",
      )}EOF\nRUN curl -k http://h.example/x | sh && cat > /root/.netrc <<END\nmachine h\n${sentinel(2, 900)}\nEND\n`,
    "exec/Dockerfile": `FROM node:22\n${lines(3)
      .map((line, index) => `FROM node:22 AS s${index}\nCMD [${word(line)}]\nUSER root\n`)
      .join("")}`,
    "folded/Dockerfile": `FROM node:22\n${lines(4)
      .map((line) => `RUN sudo ${line.replaceAll(" ", " \\\n    ")} && curl -k http://h/x | sh\n`)
      .join("")}`,
    "compose.yaml": `services:\n${lines(5)
      .map(
        (line, index) =>
          `  s${index}:\n    image: a\n    command: ${json(line)}\n    privileged: true\n`,
      )
      .join("")}`,
    "listed/compose.yaml": `services:\n${lines(6)
      .map(
        (line, index) =>
          `  s${index}:\n    image: a\n    privileged: true\n    entrypoint: [${word(line)}]\n`,
      )
      .join("")}`,
    "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n${lines(7)
      .map(
        (line, index) =>
          `    - name: c${index}\n      image: a\n      command: [sh, -c, ${json(line)}]\n      securityContext: {privileged: true}\n`,
      )
      .join("")}`,
    "words.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec:\n  containers:\n${lines(8)
      .map(
        (line, index) =>
          `    - name: c${index}\n      image: a\n      command:\n${wordsOf(line)
            .map((part) => `        - ${json(part)}\n`)
            .join("")}`,
      )
      .join("")}`,
    "folded/pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: c}\nspec:\n  containers:\n${lines(
      14,
    )
      .map(
        (line, index) =>
          `    - name: c${index}\n      image: a\n      command:\n        - sh\n        - -c\n        - >-\n          ${line.replaceAll(" -", "\n          -")}\n          && sudo x\n`,
      )
      .join("")}`,
    "run.sh": lines(9)
      .map((line) => `docker run --privileged a ${line}\n${line}; docker run --privileged b\n`)
      .join(""),
    Makefile: `all:\n${lines(10)
      .map((line) => `\t${line.replaceAll("$", "$$")} && docker run --privileged a\n`)
      .join("")}`,
    ".github/workflows/ci.yml": `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${lines(11)
      .map((line) => `      - run: |\n          ${line}; docker run --privileged a ${line}\n`)
      .join("")}`,
    ".gitlab-ci.yml": `a:\n  script:\n${lines(12)
      .map((line) => `    - ${json(`${line} && docker run --privileged a`)}\n`)
      .join("")}`,
    "README.md": lines(13)
      .map((line) => `\`\`\`sh\n${line}; docker run --privileged a ${line}\n\`\`\`\n`)
      .join("\n"),
  };
}

/** Files that are wrong in each of these lines, so that the error's frame shows it. */
function broken(): Record<string, string> {
  const written: Record<string, string> = {};
  for (const [index, line] of lines(20).entries()) {
    written[`${index}/pod.yaml`] =
      `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    command: [sh, -c, ${json(line)}] ]\n    image: a\n`;
    written[`${index}/compose.yaml`] =
      `services:\n  a:\n    image: a\n    command: ${json(line)} "\n    x: [\n`;
    written[`${index}/Dockerfile`] = `FROM a\nRUNN ${line}\nCMD [${json(line)}\n`;
  }
  const value = (line: number): string => sentinel(21, line);
  const head = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n";
  const wrong = [
    `    env: [{name: DB_PASSWORD, value: "${value(1)}"}]]\n`,
    `    env: [{value: ${value(2)}, name: DB_PASSWORD} {\n`,
    `    env: {"name":"DB_PASSWORD","value":"${value(3)}"}}\n`,
    `    env:\n    - name: DB_PASSWORD\n      value: "${value(4)}" "x\n`,
    `    env:\n    - name: A_TOKEN\n\tvalue: ${value(5)}\n`,
  ];
  for (const [index, text] of wrong.entries()) written[`env${index}/pod.yaml`] = head + text;
  written["secret/pod.yaml"] =
    `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  plain: ${value(6)}\n  other: "${value(7)}" "x\n  block: |\n    ${value(8)}\n`;
  Object.assign(
    written,
    misplaced((line) => sentinel(22, line)),
  );
  return written;
}

/** Secrets where a file has no place for them. */
function misplaced(value: (line: number) => string): Record<string, string> {
  const service = "services:\n  a:\n    image: a\n    privileged: true\n";
  return {
    "secret-flow/compose.yaml": `${service}secrets: {y: {content: ${value(1)}}, w: ${value(2)}, v: {value: "${value(3)}"}, u: {file: f, data: ${value(4)}}}\n`,
    "secret-lines/compose.yaml": `${service}secrets:\n  y: {content: ${value(5)}}\n  w: ${value(6)}\n  v: {value: ${value(7)}}\n  u: {file: f, data: ${value(8)}}\nconfigs:\n  c: {content: ${value(9)}, x: 1}\n`,
    "secret-block/compose.yaml": `${service}secrets:\n  y:\n    content: ${value(10)}\n  w: ${value(11)}\n  v:\n    value:\n      ${value(12)}\n  u:\n    file: f\n    data: |\n      labels:\n        ${value(13)}\nconfigs:\n  c:\n    content: ${value(14)}\n    x: 1\n`,
    "secret-json/compose.json": `{\n  "services": {"a": {"image": "a"}},\n  "secrets": {\n    "y": {"content": "${value(15)}"},\n    "w": "${value(16)}"\n  }\n}\n`,
    "env/compose.yaml": `services:\n  a:\n    image: a\n    env_file: [.env, names.env, odd]\n`,
    "env/.env": `this is ${value(20)}\nSMTP ${value(21)}\n=${value(22)}\nexport ${value(23)}\nPRIVATE_KEY=-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n${value(24)}==\n-----END RSA PRIVATE KEY-----\nLOGIN "${value(25)}\n`,
    "env/names.env": `GREETING="${value(26)}\n${value(27)}\n`,
    "env/odd": `that is ${value(28)}\n`,
    "words/Dockerfile": `FROM node:22\nENV A=b PASSWORD ${value(30)}\n`,
    "places/compose.yaml": `services:\n  a:\n    image: "user:${value(31)}@reg/x"\n    build: {ssh: ["default=${value(32)}"]}\n    privileged: true\n`,
  };
}

/** Sentinels of the files that stand in an output, with what stands before them. */
function leaks(output: string): string[] {
  return [...new Set(output.match(/.{0,80}qz\d+xw\d{3}vjk.{0,10}/gi) ?? [])].slice(0, 20);
}

for (const [what, written] of Object.entries({ read: files(), broken: broken() })) {
  test.each(FORMATS.map((format) => [format.join(" "), format] as const))(
    `files that are ${what} show no secret with %s`,
    async (_, format) => {
      const { run, remove } = project(written);
      removals.push(remove);
      const { out, err, status } = await run(["check", ...format, "--fail-on", "none", "."]);
      expect(status, err).toBe(0);
      expect(out.length).toBeGreaterThan(1000);
      expect(leaks(out + err)).toEqual([]);
      if (format.includes("terminal")) expect(out).toContain("••••");
    },
    60_000,
  );
}

/** A report shows some of the lines in frames; here are all of them, with nothing known of the run. */
const alone = Object.entries({ ...files(), ...broken() })
  // That this is an environment file only the run knows, from the file that names it.
  .filter(([path]) => path !== "env/odd");

test.each(alone)("no line of %s shows a secret", (path, text) => {
  const file = { path, text };
  const masker = createMasker(report({}), detectValues);
  const shown = text
    .split("\n")
    .map((line, index) => replaceRanges(line, masker.rangesIn(file, index + 1)));
  expect(leaks(shown.join("\n"))).toEqual([]);
});
