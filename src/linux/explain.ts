/** What `plimsoll explain WORD` says of a capability, a system call, a layer, a namespace or a field. */

import { capabilities, capability } from "./capabilities.ts";
import { dangerousSyscall, dangerousSyscalls } from "./dangerous-syscalls.ts";
import { engines } from "./engines.ts";
import type { Field } from "./fields.ts";
import { fields, fieldsNamed } from "./fields.ts";
import type { LayerFacts } from "./layers.ts";
import { layers } from "./layers.ts";
import type { NamespaceFacts } from "./namespaces.ts";
import { namespaces } from "./namespaces.ts";
import { parseCapability } from "./parse-capability.ts";
import { dockerDefaultProfile } from "./seccomp/docker-default.ts";
import { evaluateProfile } from "./seccomp/evaluate.ts";
import { architecturesOf, syscallNumber } from "./syscalls.ts";

export interface Explanation {
  readonly kind: "capability" | "syscall" | "layer" | "namespace" | "field";
  /** "CAP_NET_RAW (capability 13)". */
  readonly title: string;
  readonly meaning: string;
  /** What an attacker gains, or what goes wrong. */
  readonly gain: string;
  /** Further sentences, such as who has it by default. */
  readonly notes: readonly string[];
  /** How it is set, form by form. */
  readonly setting: readonly { readonly form: string; readonly text: string }[];
}

/** Every explanation for a word, in any case; empty when there is none. */
export function explainWord(word: string): readonly Explanation[] {
  const text = word.trim().slice(0, 200);
  const lower = text.toLowerCase();
  const layer = layers.find(({ name, aliases }) => name === lower || aliases.includes(lower));
  const namespace = Object.values(namespaces).find(({ name }) =>
    [name, `${name} namespace`, `${name}-namespace`].includes(lower),
  );
  return [
    explainCapability(text),
    layer === undefined ? undefined : explainLayer(layer),
    namespace === undefined ? undefined : explainNamespace(namespace),
    explainSyscall(lower),
    ...fieldsNamed(text).map(explainField),
  ].filter((explanation) => explanation !== undefined);
}

/** Every word that there is something to say on and that somebody may misspell. */
export function explainableTerms(): readonly string[] {
  return [
    ...new Set(
      [
        ...capabilities.map(({ name }) => name),
        ...dangerousSyscalls.map(({ name }) => name),
        ...layers.map(({ name }) => name),
        ...Object.keys(namespaces),
        ...fields.flatMap(({ hostConfig, compose }) => [hostConfig, compose]),
      ].filter((candidate) => candidate !== undefined),
    ),
  ];
}

function explainCapability(text: string): Explanation | undefined {
  const { name } = parseCapability(text, "docker");
  const found = capability(name);
  if (found === undefined) return undefined;
  const holders = [engines.docker, engines.podman, engines["cri-o"]]
    .filter(({ defaults }) => defaults.capabilities.includes(name))
    .map(({ title }) => title);
  return {
    kind: "capability",
    title: `CAP_${name} (capability ${found.number})`,
    meaning: found.meaning,
    gain: found.gain,
    notes: [
      holders.length === 0
        ? "No engine gives it by default."
        : `By default ${holders.join(" and ")} give${holders.length === 1 ? "s" : ""} it.`,
      "A user who is not root does not hold it with Docker and Kubernetes even when it is added.",
    ],
    setting: [
      { form: "docker run", text: `--cap-add ${name} or --cap-drop ${name}` },
      { form: "Compose", text: `cap_add: [${name}] or cap_drop: [${name}]` },
      {
        form: "Kubernetes",
        text: `securityContext.capabilities.add: [${name}] or drop: [${name}], without CAP_`,
      },
    ],
  };
}

function explainSyscall(name: string): Explanation | undefined {
  const where = architecturesOf(name);
  if (where.length === 0) return undefined;
  const danger = dangerousSyscall(name);
  const number = syscallNumber("x86_64", name);
  const title =
    number === undefined ? `${name} (system call)` : `${name} (system call ${number} on x86_64)`;
  return {
    kind: "syscall",
    title,
    meaning: danger?.does ?? `See the manual page ${name}(2).`,
    gain: danger?.gain ?? "Nothing that is known to help an attacker out of a container.",
    notes: [
      ...(number === undefined ? [`It exists on ${where.join(", ")}.`] : [dockerAnswer(name)]),
      ...(danger?.needs === undefined
        ? []
        : [`The kernel asks for CAP_${danger.needs} on top of what seccomp lets pass.`]),
    ],
    setting: [
      { form: "docker run", text: "--security-opt seccomp=PROFILE.json" },
      { form: "Compose", text: "security_opt: [seccomp:PROFILE.json]" },
      {
        form: "Kubernetes",
        text: "securityContext.seccompProfile: {type: Localhost, localhostProfile: PATH}",
      },
    ],
  };
}

function dockerAnswer(name: string): string {
  const { verdicts } = evaluateProfile(dockerDefaultProfile(), {
    architecture: "x86_64",
    capabilities: engines.docker.defaults.capabilities,
  });
  switch (verdicts.get(name)?.kind) {
    case "allow":
      return "Docker's default profile allows it.";
    case "conditional":
      return "Docker's default profile allows it for some arguments only.";
    default:
      return "Docker's default profile denies it.";
  }
}

function explainLayer({ name, title, meaning, without, setting }: LayerFacts): Explanation {
  return { kind: "layer", title: `${name}: ${title}`, meaning, gain: without, notes: [], setting };
}

function explainNamespace(facts: NamespaceFacts): Explanation {
  return {
    kind: "namespace",
    title: `the ${facts.name} namespace`,
    meaning: facts.isolates,
    gain: facts.sharedWithHost,
    notes: [],
    setting: [
      { form: "docker run", text: facts.docker },
      { form: "Compose", text: facts.compose },
      { form: "Kubernetes", text: facts.kubernetes },
    ],
  };
}

function explainField(field: Field): Explanation {
  const { hostConfig, flag, compose, kubernetes } = field;
  const api = hostConfig?.startsWith("Config.") === true ? hostConfig : `HostConfig.${hostConfig}`;
  return {
    kind: "field",
    title: field.title,
    meaning: field.meaning,
    gain: field.danger,
    notes: [`It belongs to the layer ${field.layer}.`],
    setting: [
      ...(flag === undefined ? [] : [{ form: "docker run", text: flag }]),
      ...(compose === undefined ? [] : [{ form: "Compose", text: compose }]),
      ...(kubernetes === undefined
        ? []
        : [{ form: "Kubernetes", text: kubernetes.replace(/^pod\./, "spec.") }]),
      ...(hostConfig === undefined ? [] : [{ form: "Engine API", text: api }]),
    ],
  };
}
