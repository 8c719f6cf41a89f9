/**
 * Carriers: the same writing in another file, another command or another object. Whatever carries it, the
 * verdict is the same; every case of a form is judged through every carrier of that form.
 */

import { parse } from "yaml";
import type { Files, Form } from "./forms.ts";

/** What is read, and whose findings count. */
export interface Carried {
  readonly files: Files;
  /** Only workloads whose id holds this text. */
  readonly only?: string;
}

/** Undefined where this carrier cannot hold the case; the comment at the carrier says why. */
type Carrier = (files: Files) => Carried | undefined;

export type Carriers = Readonly<Record<string, Carrier>>;

const SHELL = "run.sh";

/** The one command of a case's script. */
export function commandOf(files: Files): string {
  return files[SHELL]?.split("\n")[1] ?? "";
}

/** The words of a command whose quotes, if any, are single. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ""));
}

/** In place of the file at `from`, the file at `to`. */
function moved(files: Files, from: string, to: string, text: (old: string) => string): Files {
  const { [from]: old = "", ...others } = files;
  return { ...others, [to]: text(old) };
}

/** The script with another call at its start. */
const called =
  (from: RegExp, to: string): Carrier =>
  (files) => ({ files: moved(files, SHELL, SHELL, (text) => text.replace(from, to)) });

/** The command in another file. */
const within =
  (path: string, text: (command: string) => string): Carrier =>
  (files) => ({ files: moved(files, SHELL, path, () => text(commandOf(files))) });

/** Files that hold shell commands; the first word has to be the engine's. */
const inFiles: Carriers = {
  "a Makefile": within("Makefile", (line) => `go:\n\t@${line.replaceAll("$", "$$$$")}\n`),
  "a justfile": within("justfile", (line) => `go:\n    @${line}\n`),
  "a Markdown fence": within("README.md", (line) => `# Use\n\n\`\`\`console\n$ ${line}\n\`\`\`\n`),
  "a systemd unit": within("app.service", (line) => `[Service]\nExecStart=/usr/bin/${line}\n`),
  "a script of package.json": within("package.json", (line) =>
    JSON.stringify({ name: "app", scripts: { go: line } }, null, 2),
  ),
  "a workflow's step": within(
    ".github/workflows/go.yml",
    (line) =>
      `jobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ${line}\n`,
  ),
  "a GitLab job": within(".gitlab-ci.yml", (line) => `go:\n  script:\n    - |\n      ${line}\n`),
  "a nested script": within("go.sh", (line) => `#!/bin/sh\nbash -c "${line}"\n`),
  "a line that goes on": within("go.sh", (line) => `${line.replaceAll(" -", " \\\n  -")}\n`),
};

/** Options and image of a line that gives the container no command: that is all these two can hold. */
function plainRun(files: Files): { options: readonly string[]; image: string } | undefined {
  const [program, action, ...words] = wordsOf(commandOf(files));
  if (program !== "docker" || action !== "run") return undefined;
  const image = words.at(-1) ?? "";
  return /^(?:example\/app|node)\b/.test(image)
    ? { options: words.slice(0, -1), image }
    : undefined;
}

const runLine: Carriers = {
  ...inFiles,
  "docker create": called(/docker run/, "docker create"),
  "docker container run": called(/docker run/, "docker container run"),
  "docker run with global options": called(/docker run/, "sudo -E docker --log-level=warn run"),
  "podman run": called(/docker run/, "podman run"),
  "nerdctl run": called(/docker run/, "nerdctl run"),
  "runArgs of a devcontainer": (files) => {
    const run = plainRun(files);
    if (run === undefined) return undefined;
    const text = JSON.stringify({ image: run.image, runArgs: run.options });
    return { files: moved(files, SHELL, ".devcontainer.json", () => text) };
  },
  "options of a job's container": (files) => {
    const run = plainRun(files);
    if (run === undefined) return undefined;
    const options = JSON.stringify(commandOf(files).split(" ").slice(2, -1).join(" "));
    const text = `jobs:\n  go:\n    runs-on: ubuntu-latest\n    container:\n      image: ${run.image}\n      options: ${options}\n`;
    return { files: moved(files, SHELL, ".github/workflows/go.yml", () => text) };
  },
};

const execLine: Carriers = {
  ...inFiles,
  "docker container exec": called(/docker exec/, "docker container exec"),
  "podman exec": called(/docker exec/, "podman exec"),
  "nerdctl exec": called(/docker exec/, "nerdctl exec"),
  "docker compose exec": called(/docker exec/, "docker compose -f compose.prod.yaml exec -T"),
  "docker-compose exec": called(/docker exec/, "docker-compose exec"),
};

const buildLine: Carriers = {
  ...inFiles,
  "docker buildx build": called(/docker build/, "docker buildx build"),
  "docker image build": called(/docker build/, "docker image build"),
  "docker builder build": called(/docker build/, "docker builder build"),
  "podman build": called(/docker build/, "podman build"),
  "nerdctl build": called(/docker build/, "nerdctl build"),
};

/** Lines of a Compose case: those of its one service, and those of the keys beside `services`. */
function serviceOf(files: Files): { service: string; top: string } {
  const lines = (files["compose.yaml"] ?? "").split("\n").slice(2);
  const end = lines.findIndex((line) => line !== "" && !line.startsWith(" "));
  const split = end < 0 ? lines.length : end;
  return { service: lines.slice(0, split).join("\n"), top: lines.slice(split).join("\n") };
}

const composeText =
  (text: (parts: { service: string; top: string }) => Files, only?: string): Carrier =>
  (files) => {
    const { "compose.yaml": _, ...others } = files;
    const written = { ...others, ...text(serviceOf(files)) };
    return { files: written, ...(only === undefined ? {} : { only }) };
  };

/** As JSON, which is YAML too. The package takes a lone point for a number, as no engine does. */
const asJson =
  (from: string, to: string): Carrier =>
  (files) => ({
    files: moved(files, from, to, (text) => {
      const quoted = text.replace(/: \.$/m, ': "."');
      return JSON.stringify(parse(quoted, { version: "1.1" }), null, 1);
    }),
  });

const compose: Carriers = {
  JSON: asJson("compose.yaml", "compose.yaml"),
  "an anchor": composeText(({ service, top }) => ({
    "compose.yaml": `x-app: &app\n${service}\nservices:\n  app:\n    <<: *app\n${top}`,
  })),
  "a service that is extended": composeText(
    ({ service, top }) => ({
      "compose.yaml": `services:\n  app:\n    extends: {file: common.yaml, service: base}\n${top}`,
      "common.yaml": `services:\n  base:\n${service}\n`,
    }),
    "compose.yaml",
  ),
  "a file that is included": (files) => ({
    files: {
      ...moved(files, "compose.yaml", "app.yaml", (text) => text),
      "compose.yaml": "include: [app.yaml]\n",
    },
  }),
  "an override file": composeText(({ service, top }) => ({
    "compose.yaml": `services:\n  app:\n    ${/^ +build:/m.test(service) ? "build: ." : "image: example/app:1.4.1"}\n`,
    "compose.override.yaml": `services:\n  app:\n${service}\n${top}`,
  })),
  "a service with a profile": composeText(({ service, top }) => ({
    "compose.yaml": `services:\n  app:\n    profiles: [debug]\n${service}\n${top}`,
  })),
};

/** A pod's spec with its indentation, under another kind. */
const inKind =
  (head: string, indent: number): Carrier =>
  (files) => ({
    files: moved(files, "pod.yaml", "pod.yaml", (text) => {
      const spec = text.slice(text.indexOf("spec:\n")).trimEnd();
      return `${head}${spec.replaceAll(/^/gm, " ".repeat(indent))}\n`;
    }),
  });

const head = (group: string, kind: string): string =>
  `apiVersion: ${group}\nkind: ${kind}\nmetadata:\n  name: app\nspec:\n`;

/** The container as one of another kind, beside a container of no interest. */
const asContainer =
  (kind: string, further = ""): Carrier =>
  (files) => ({
    only: `/${kind}/`,
    files: moved(files, "pod.yaml", "pod.yaml", (text) => {
      const other = "  containers:\n    - name: other\n      image: example/other:1.0.0\n";
      const renamed = text.replace("  containers:\n", `  ${kind}:\n`);
      return `${renamed.replace("    - name: app\n", `    - name: app\n${further}`)}${other}`;
    }),
  });

const kubernetes: Carriers = {
  JSON: asJson("pod.yaml", "pod.json"),
  "a Deployment": inKind(`${head("apps/v1", "Deployment")}  template:\n`, 4),
  "a StatefulSet": inKind(`${head("apps/v1", "StatefulSet")}  template:\n`, 4),
  "a DaemonSet": inKind(`${head("apps/v1", "DaemonSet")}  template:\n`, 4),
  "a Job": inKind(`${head("batch/v1", "Job")}  template:\n`, 4),
  "a CronJob": inKind(
    `${head("batch/v1", "CronJob")}  jobTemplate:\n    spec:\n      template:\n`,
    8,
  ),
  "a List": inKind(
    "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: app}\n",
    4,
  ),
  "a second document": inKind(
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: app\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n",
    0,
  ),
  "an init container": asContainer("initContainers"),
  "an ephemeral container": asContainer("ephemeralContainers"),
  "a sidecar": asContainer("initContainers", "      restartPolicy: Always\n"),
};

const dockerfile: Carriers = {
  "a Containerfile": (files) => ({
    files: moved(files, "Dockerfile", "Containerfile", (text) => text),
  }),
  "instructions in small letters": (files) => ({
    files: moved(files, "Dockerfile", "Dockerfile", (text) =>
      text.replaceAll(/^[A-Z]+(?= )/gm, (word) => word.toLowerCase()),
    ),
  }),
  "a stage below another": (files) => ({
    files: moved(
      files,
      "Dockerfile",
      "Dockerfile",
      (text) => `${text.replace(/^(FROM .*)$/m, "$1 AS below")}FROM below\n`,
    ),
  }),
  "the build of a Compose service": (files) => ({
    only: "compose.yaml",
    files: { ...files, "compose.yaml": "services:\n  app:\n    build: .\n" },
  }),
};

/** The engine's answer, changed. */
const answered =
  (change: (answer: string) => string): Carrier =>
  (files) => ({ files: moved(files, CONTAINER, CONTAINER, change) });

const CONTAINER = "container:app";

const container: Carriers = {
  "what `docker inspect` prints": answered((answer) => `[${answer}]`),
  "what Podman answers clients of Docker": answered((answer) =>
    answer.replace('"Runtime": "runc"', '"Runtime": "oci"'),
  ),
};

export const carriers: Partial<Readonly<Record<Form, Carriers>>> = {
  dockerfile,
  compose,
  kubernetes,
  "run-line": runLine,
  "service-create": inFiles,
  "exec-line": execLine,
  "build-line": buildLine,
  container,
};
