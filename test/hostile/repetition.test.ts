/** Long runs of one thing, in every kind of file: what reads, judges, masks and shows them takes linear time. */

import { expect, test } from "vitest";
import { discover } from "../../src/readers/discover.ts";
import { project } from "../support/cli.ts";
import { within } from "./limits.ts";

const SIZE = 30_000;
const UNITS = [
  " ",
  "\t",
  "\n",
  "\r\n",
  "a",
  "_",
  "-",
  ".",
  "/",
  ":",
  '"',
  "'",
  "\\",
  "$",
  "{",
  "(",
  "[",
  "]",
  "#",
  "@",
  ",",
  "<",
  ">",
  ";",
  "*",
  "!",
  "`",
  "😀",
  "a ",
  "a=",
  "a: ",
  "- ",
  "# ",
  "--a ",
  "${",
  "$(",
  "{{",
  "\n ",
  "\n#",
  "ARG a\n",
  "a\n",
  "docker run ",
  "A=b ",
  "password",
  "password=",
  "://",
  "a://a:a@",
  ", ",
  "\\\n",
  "sudo ",
  "env ",
  "  image: a\n",
  "<<E\n",
  "-----BEGIN ",
  "eyJ",
  "AKIA",
  "$A",
  "${A:-",
  "!reset ",
  "&a ",
] as const;

const FORMS: Readonly<Record<string, (run: string) => string>> = {
  "b/Dockerfile": (run) => `FROM x\nUSER root\nENV A=${run}\nRUN x ${run}\n${run}\n`,
  "b/noname": (run) => `${run}\nFROM x\nRUN ${run}\n`,
  "b/.gitignore": (run) => run,
  "b/.dockerignore": (run) => run,
  "c/compose.yaml": (run) =>
    `services:\n  a:\n    image: x\n    privileged: true\n    command: '${run}'\n${run}\n`,
  "c/other.yaml": (run) => `services:\n${run}\n  a:\n    x: ${run}\n`,
  "c/.env": (run) => `A=${run}\n${run}`,
  "k/pod.yaml": (run) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  containers:\n  - name: a\n    image: x\n    command: [sh, -c, ${JSON.stringify(run)}]\n    env: [{name: A, value: ${JSON.stringify(run)}}]\n# ${run}`,
  "k/open.json": (run) => `{"apiVersion" ${run}`,
  "o/config.json": (run) =>
    `{"ociVersion":"1","process":{"args":[${JSON.stringify(run)}],"env":[${JSON.stringify(`A=${run}`)}]},"root":{},"x":${run}`,
  "s/a.sh": (run) => `docker run --privileged x ${run}\nA=${run}\n${run}`,
  "s/Makefile": (run) => `A = ${run}\nall:\n\tdocker run --privileged $(A)\n${run}`,
  "s/a.md": (run) => `${run}\n\`\`\`sh\ndocker run --privileged x ${run}\n\`\`\`\n`,
  "s/a.service": (run) =>
    `[Service]\nEnvironment=${run}\nExecStart=docker run --privileged ${run}\n`,
  ".github/workflows/a.yml": (run) =>
    `jobs:\n  a:\n    container: x\n    steps:\n    - run: |\n        docker run --privileged \${{ ${run.replaceAll(/[\r\n]/g, " ")}\n`,
};

test.each(UNITS.map((unit) => [JSON.stringify(unit), unit] as const))("%s", async (_, unit) => {
  const run = unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);
  const files = Object.entries(FORMS).map(([name, form]) => [name, form(run)] as const);
  const { run: check, remove } = project({ ".git/HEAD": "", ...Object.fromEntries(files) });
  const { status, err } = await within(() => check(["check", "--fail-on", "none", "--posture"]));
  remove();
  expect(status, err).toBe(0);
});

test("the name of a file may be as long as a system allows", () => {
  for (const unit of UNITS) {
    const name = unit.replaceAll(/[/\0]/g, "x").repeat(120).slice(0, 120);
    const made = project({ [name]: "FROM x\n", [`${name}.json`]: "{}" });
    expect(() =>
      discover(made.folder, { workingDirectory: made.folder, root: made.folder }),
    ).not.toThrow();
    made.remove();
  }
});
