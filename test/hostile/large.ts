/** Files at the bounds, each full of what costs its reader most. */

import { repeat } from "./limits.ts";

const HALF = 512 * 1024 - 4096;
const FOUR = 4 * 1024 * 1024;

/** Text made of units up to a size. */
function fill(size: number, unit: (index: number) => string): string {
  const out: string[] = [];
  for (let length = 0, index = 0; length < size; index++) {
    const text = unit(index);
    out.push(text);
    length += text.length;
  }
  return out.join("").slice(0, size);
}

const compose = (body: string): string => `services:\n  a:\n    image: x\n${body}`;
const pod = (body: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n${body}`;

export const large: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "RUN lines": {
    Dockerfile: `FROM x\n${fill(HALF, (i) => `RUN apt-get install foo${i} && echo "$A${i}"\n`)}`,
  },
  "ENV pairs on one line": { Dockerfile: `FROM x\nENV ${fill(HALF, (i) => `A${i}=b `)}` },
  "lines that are no instruction": { Dockerfile: fill(HALF, () => "xyzzy\n") },
  services: { "compose.yaml": `services:\n${fill(HALF, (i) => `  s${i}:\n    image: x\n`)}` },
  environment: {
    "compose.yaml": compose(`    environment:\n${fill(HALF, (i) => `      A${i}: b\n`)}`),
  },
  mounts: { "compose.yaml": compose(`    volumes:\n${fill(HALF, (i) => `      - /a${i}:/b\n`)}`) },
  tokens: { "compose.yaml": `services: {a: {image: x, command: [${fill(HALF, () => "a,")}` },
  pods: { "pods.yaml": fill(FOUR, () => `${pod("  - {name: a, image: x}")}\n---\n`) },
  "containers in JSON": {
    "pods.json": `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[${fill(FOUR, (i) => `{"name":"a${i}","image":"x"},`)}{"name":"z","image":"x"}]}}`,
  },
  "variables of a container": {
    "pod.yaml": pod(
      `  - name: a\n    image: x\n    env:\n${fill(FOUR, (i) => `    - {name: a${i}, value: b}\n`)}`,
    ),
  },
  "run lines": { "a.sh": fill(HALF, (i) => `docker run -v /a${i}:/b --privileged x\n`) },
  "options of a run line": {
    "a.sh": `docker run \\\n${fill(HALF, (i) => `  -v /a${i}:/b \\\n`)} x\n`,
  },
  "words of a run line": { "a.md": `\`\`\`sh\ndocker run ${fill(HALF, () => "a ")}\n\`\`\`\n` },
  backticks: { "a.sh": `docker run ${fill(HALF, () => "`a")}` },
  "the environment of a config.json": {
    "config.json": `{"ociVersion":"1.0.0","process":{"args":["a"],"env":[${fill(HALF, (i) => `"A${i}=b",`)}"B=c"]},"root":{"path":"r"}}`,
  },
  "an environment file of 8 MiB": {
    "compose.yaml": compose("    env_file: big.env\n"),
    "big.env": fill(8 * 1024 * 1024 - 1, (i) => `A${i}=\${A${i - 1}}b\n`),
  },
  "a seccomp profile of 8 MiB": {
    "compose.yaml": compose("    security_opt: ['seccomp:p.json']\n"),
    "p.json": `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[${repeat('{"names":["a"],"action":"SCMP_ACT_ALLOW"},', 180_000)}{}]}`,
  },
};
