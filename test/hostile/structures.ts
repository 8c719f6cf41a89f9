/** Inputs that are small and grow when they are read: nesting, aliases, circles, one file read many times. */

import { many, repeat } from "./limits.ts";

const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n${spec}`;
const service = (body: string): string => `services:\n  a:\n    image: nginx\n${body}`;
const bomb = many(12, (level) => {
  const item = level === 0 ? "x" : `*a${level - 1}`;
  return `x-${level}: &a${level} [${Array(9).fill(item).join(", ")}]`;
});
const DEEP = 100_000;

export const structures: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "brackets in Compose": { "compose.yaml": service(`    x-a: ${repeat("[", DEEP)}`) },
  "braces in Compose": { "compose.yaml": service(`    x-a: ${repeat("{a: ", DEEP)}`) },
  "block lists in Compose": { "compose.yaml": service(`    x-a: ${repeat("- ", DEEP)}`) },
  "block maps in Compose": {
    "compose.yaml": service(`    x-a:\n${many(900, (i) => `${" ".repeat(6 + i)}a:`)}`),
  },
  "complex keys in Compose": { "compose.yaml": service(`    ${repeat("? ", DEEP)}`) },
  "brackets in a pod": {
    "pod.yaml": pod(`  containers: ${repeat("[", DEEP)}${repeat("]", DEEP)}`),
  },
  "brackets in JSON": { "pod.json": `{"apiVersion":"v1","kind":"Pod","spec":${repeat("[", DEEP)}` },
  "objects in JSON": { "config.json": `{"ociVersion":"1.0","process":${repeat('{"a":', DEEP)}` },
  "brackets in a seccomp profile": {
    "compose.yaml": service("    security_opt: ['seccomp:p.json']\n"),
    "p.json": repeat("[", DEEP),
  },
  "command substitutions in a script": { "a.sh": `docker run ${repeat("$(", DEEP)}` },
  "closed command substitutions": {
    "a.sh": `docker run ${repeat("$(docker run ", 20_000)}${repeat(")", 20_000)}`,
  },
  "backticks in a script": { "a.sh": `docker run ${repeat("\\`a ", 20_000)}` },
  "parameters in a script": { "a.sh": `docker run ${repeat("${a:-", DEEP)}${repeat("}", DEEP)}` },
  "parentheses in a script": { "a.sh": `docker run nginx\n${repeat("(", DEEP)}` },
  "scripts in scripts": { "a.sh": repeat("sh -c 'docker run x; ", 5000) },
  "parameters in a Dockerfile": {
    Dockerfile: `FROM node\nENV A=${repeat("${A:-", 10_000)}${repeat("}", 10_000)}`,
  },
  "substitutions in a Dockerfile": { Dockerfile: `FROM node\nRUN ${repeat("$(", 30_000)}` },
  "ONBUILD in ONBUILD": { Dockerfile: `FROM node\n${repeat("ONBUILD ", 5000)}RUN x` },
  "parameters in Compose": {
    "compose.yaml": service(`    command: "${repeat("${A:-", DEEP)}${repeat("}", DEEP)}"`),
  },
  "an alias bomb in Compose": {
    "compose.yaml": `${bomb}\nservices:\n  a: {image: x, command: *a11}`,
  },
  "an alias bomb in a pod": { "pod.yaml": `${bomb}\n${pod("  containers: *a11")}` },
  "an alias bomb in a workflow": {
    ".github/workflows/a.yml": `${bomb}\njobs:\n  a:\n    container: x\n    steps: *a11`,
  },
  "many aliases of a long list": {
    "compose.yaml": `x-a: &a [${repeat("b,", 5000)}]\nservices:\n${many(900, (i) => `  s${i}: {image: x, command: *a}`)}`,
  },
  "many merges of a large map": {
    "compose.yaml": `x-a: &a\n${many(3000, (i) => `  k${i}: v`)}\nservices:\n${many(900, (i) => `  s${i}:\n    image: x\n    environment:\n      <<: *a`)}`,
  },
  "a merge of itself": { "compose.yaml": "x-a: &a\n  <<: *a\nservices:\n  a: {image: x, <<: *a}" },
  "an alias in its own anchor": { "pod.yaml": pod("  containers: &a [*a]") },
  "a huge anchor": { "compose.yaml": `x-a: &${repeat("a", DEEP)} 1\n${service("")}` },
  "many anchors": { "compose.yaml": `${many(20_000, (i) => `x-${i}: &a${i} b`)}\n${service("")}` },
  "many documents": {
    "pod.yaml": `${pod("  containers: [{name: a, image: b}]")}\n${repeat("---\n", DEEP)}`,
  },
  "many pods": {
    "pod.yaml": many(5000, () => `${pod("  containers: [{name: a, image: b}]")}\n---`),
  },
  "many containers of one name": {
    "pod.yaml": pod(`  containers:\n${many(5000, () => "  - {name: a, image: b}")}`),
  },
  "many volumes and mounts": {
    "pod.yaml": pod(
      `  volumes:\n${many(3000, (i) => `  - {name: v${i}, hostPath: {path: /h${i}}}`)}\n  containers:\n  - name: a\n    image: b\n    volumeMounts:\n${many(3000, (i) => `    - {name: v${i}, mountPath: /m${i}}`)}`,
    ),
  },
  "containers times volumes": {
    "pod.yaml": pod(
      `  volumes:\n${many(900, (i) => `  - {name: v${i}, hostPath: {path: /h${i}}}`)}\n  containers:\n${many(900, (i) => `  - {name: c${i}, image: b}`)}`,
    ),
  },
  "services times one environment file": {
    "compose.yaml": `services:\n${many(900, (i) => `  s${i}: {image: x, env_file: big.env}`)}`,
    "big.env": many(15_000, (i) => `A${i}=b`),
  },
  "services times one Dockerfile": {
    "compose.yaml": `services:\n${many(900, (i) => `  s${i}: {build: {context: ., args: {A: "${i}"}}}`)}`,
    Dockerfile: `FROM node\n${many(12_000, (i) => `RUN apt-get install a${i}`)}`,
  },
  "services times one seccomp profile": {
    "compose.yaml": `services:\n${many(900, (i) => `  s${i}: {image: x, security_opt: ["seccomp:p.json"]}`)}`,
    "p.json": `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[${many(10_000, (i) => `{"names":["a${i}"],"action":"SCMP_ACT_ALLOW"},`)}{"names":["b"],"action":"SCMP_ACT_ALLOW"}]}`,
  },
  "run lines times one environment file": {
    "a.sh": many(900, () => "docker run --env-file big.env nginx"),
    "big.env": many(15_000, (i) => `A${i}=b`),
  },
  "run lines times one seccomp profile": {
    "a.sh": many(900, () => "docker run --security-opt seccomp=p.json nginx"),
    "p.json": `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[${many(10_000, (i) => `{"names":["a${i}"],"action":"SCMP_ACT_ALLOW"},`)}{"names":["b"],"action":"SCMP_ACT_ALLOW"}]}`,
  },
  "run lines times one build": {
    "a.sh": many(900, (i) => `docker build --build-arg A=${i} -t app${i} .`),
    Dockerfile: `FROM node\n${many(12_000, (i) => `RUN apt-get install a${i}`)}`,
  },
  "extends in a circle": {
    "compose.yaml": "services:\n  a: {extends: b}\n  b: {extends: {file: other.yaml, service: c}}",
    "other.yaml": "services:\n  c: {extends: {file: compose.yaml, service: a}}",
  },
  "includes in a circle": {
    "compose.yaml": "include: [b.yaml]",
    "b.yaml": "include: [compose.yaml]",
  },
  "a file that includes itself": {
    "compose.yaml": "include: [compose.yaml]\nservices: {a: {image: x}}",
  },
  "volumes_from in a circle": {
    "compose.yaml":
      "services:\n  a: {image: x, volumes_from: [b]}\n  b: {image: x, volumes_from: [a]}",
  },
  "namespaces in a circle": {
    "compose.yaml":
      'services:\n  a: {image: x, network_mode: "service:b", pid: "service:b"}\n  b: {image: x, network_mode: "service:a", pid: "service:a"}',
  },
  "stages in a circle": {
    Dockerfile: "FROM b AS a\nFROM a AS b\nCOPY --from=b x y\nUSER $USER\nENV USER=$USER",
  },
  "a build context that is itself an image": {
    "compose.yaml":
      'services:\n  a: {build: {context: ., additional_contexts: {base: "service:b"}}}\n  b: {build: {context: ., additional_contexts: {base: "service:a"}}}',
    Dockerfile: "FROM base",
  },
  "make variables of themselves": {
    Makefile: "A = $(B)$(B)\nB = $(A)$(A)\nall:\n\tdocker run $(A) nginx",
  },
  "make targets in a circle": { Makefile: "a: b\n\tdocker run nginx\nb: a\n\tdocker run nginx" },
  "shell variables that double": {
    "a.sh": `A=xxxxxxxxxx\n${many(100, () => 'A="$A$A"')}\ndocker run $A nginx`,
  },
  "environment that doubles": {
    "compose.yaml": service("    command: $A60\n"),
    ".env": `A0=xxxxxxxxxx\n${many(60, (i) => `A${i + 1}=\${A${i}}\${A${i}}`)}`,
  },
  "make variables that double": {
    Makefile: `A0 := xxxxxxxxxx\n${many(60, (i) => `A${i + 1} := $(A${i})$(A${i})`)}\nall:\n\tdocker run $(A60) nginx`,
  },
  "arguments that double": {
    Dockerfile: `ARG A0=xxxxxxxxxx\n${many(60, (i) => `ARG A${i + 1}=$A${i}$A${i}`)}\nFROM $A60\nENV X=$A60`,
  },
  "patterns against a long value": {
    Dockerfile: `FROM node\nENV A=${repeat("a", 50_000)}\n${many(300, (i) => `ENV B${i}=\${A##*a*a*a*a*a*b}`)}`,
  },
};
