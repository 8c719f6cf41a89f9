/**
 * GitHub workflows (and those of Gitea and Forgejo) and composite actions: `run` steps, job
 * containers, service containers, container actions, build actions.
 * Source: GitHub documentation, "Workflow syntax for GitHub Actions".
 */

import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import { asScalar, asText, entriesOf, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import { slice } from "./argument.ts";
import { buildDraft } from "./build-workload.ts";
import type { Collection } from "./collect.ts";
import { addDraft, basesOf } from "./collect.ts";
import { RUN_FLAGS } from "./flag-tables.ts";
import { imageOnlyWorkload } from "./image-only.ts";
import type { Report } from "./option-facts.ts";
import { runWorkload } from "./run-workload.ts";
import {
  flagsOfText,
  lineOptions,
  listOptions,
  mapOptions,
  scalarArgument,
  scalarOption,
} from "./scalar-options.ts";
import type { Variables } from "./variables.ts";
import { innerVariables, newVariables, setVariable } from "./variables.ts";
import { collectScalars, scriptScalars, withEnvironment } from "./yaml-scripts.ts";

export function collectWorkflow(collection: Collection, root: YamlNode): void {
  const top = withEnvironment(newVariables(), get(root, "env"));
  for (const [jobName, { value: job }] of entriesOf(get(root, "jobs"))) {
    const variables = withEnvironment(top, get(job, "env"));
    const container = entryOf(job, "container");
    if (container !== undefined) {
      jobContainer(
        collection,
        `container of job ${jobName}`,
        container.value,
        container.key.span,
        variables,
      );
    }
    for (const [name, service] of entriesOf(get(job, "services"))) {
      jobContainer(
        collection,
        `service ${name} of job ${jobName}`,
        service.value,
        service.key.span,
        variables,
      );
    }
    const defaults = get(get(job, "defaults"), "run") ?? get(get(root, "defaults"), "run");
    const isWindows = /windows/i.test(asText(get(job, "runs-on")) ?? "");
    collectSteps(collection, get(job, "steps"), variables, {
      directory: asText(get(defaults, "working-directory")),
      shell: asText(get(defaults, "shell")) ?? (isWindows ? "pwsh" : "bash"),
    });
  }
  // A composite action.
  collectSteps(collection, get(get(root, "runs"), "steps"), top, {
    directory: undefined,
    shell: "bash",
  });
}

interface StepDefaults {
  readonly directory: string | undefined;
  readonly shell: string;
}

function collectSteps(
  collection: Collection,
  steps: YamlNode | undefined,
  outer: Variables,
  defaults: StepDefaults,
): void {
  const job = innerVariables(outer);
  for (const step of itemsOf(steps)) {
    const variables = withEnvironment(job, get(step, "env"));
    const run = get(step, "run");
    const shell = asText(get(step, "shell")) ?? defaults.shell;
    const directory = asText(get(step, "working-directory")) ?? defaults.directory;
    if (!isShell(shell)) reportOtherShell(collection, run, shell);
    else if (run !== undefined) {
      const base = directory === undefined || directory.includes("$") ? "." : directory;
      collectScalars(collection, scriptScalars(run), innerVariables(variables), base);
    }
    collectUses(collection, step, variables);
    collectRunAction(collection, step, variables);
    noteHost(run, job);
  }
}

/** `echo "DOCKER_HOST=…" >> "$GITHUB_ENV"` sets the engine's address for the steps that follow. */
const HOST_FOR_JOB =
  /\bDOCKER_HOST=([^\s"']{1,200})["']?[ \t]{0,5}>>[ \t]{0,5}["']?\$\{?GITHUB_ENV\b/;

function noteHost(run: YamlNode | undefined, job: Variables): void {
  const scalar = asScalar(run);
  const address = HOST_FOR_JOB.exec(scalar?.text ?? "")?.[1];
  if (scalar === undefined || address === undefined) return;
  setVariable(job, "DOCKER_HOST", address, scalar.span);
}

function isShell(shell: string): boolean {
  return !/^(pwsh|powershell|python|cmd|node|perl)/.test(shell);
}

/** Other languages are not read; that a step in one seems to call an engine is told. */
function reportOtherShell(collection: Collection, run: YamlNode | undefined, shell: string): void {
  const scalar = asScalar(run);
  if (
    scalar === undefined ||
    !/\b(docker|podman|nerdctl)\s+(run|create|build|exec)\b/.test(scalar.text)
  ) {
    return;
  }
  collection.unknowns.push(
    unknownAt(
      scalar.span,
      "run lines of a step",
      `the step is written for ${shell.split(" ")[0] ?? shell}, which is not read`,
      "check the line by itself with `plimsoll check -- docker run …`",
    ),
  );
}

function collectUses(collection: Collection, step: YamlNode, variables: Variables): void {
  const uses = asScalar(get(step, "uses"));
  if (uses === undefined) return;
  if (uses.text.startsWith("docker://")) {
    const image = slice(scalarArgument(uses, variables), "docker://".length);
    addDraft(collection, imageOnlyWorkload("container action", image, collection.context));
  } else if (/^docker\/(build-push-action|bake-action)@/.test(uses.text)) {
    const inputs = get(step, "with");
    const options = [
      ...scalarOption("file", get(inputs, "file"), variables),
      ...scalarOption("target", get(inputs, "target"), variables),
      ...scalarOption("network", get(inputs, "network"), variables),
      ...lineOptions("build-arg", get(inputs, "build-args"), variables),
      ...lineOptions("label", get(inputs, "labels"), variables),
      ...lineOptions("allow", get(inputs, "allow"), variables),
      ...lineOptions("tag", get(inputs, "tags"), variables),
    ];
    const context = asScalar(get(inputs, "context"));
    const report: Report = { unknowns: [] };
    const request = { what: "docker build", engine: "docker", span: uses.span } as const;
    const scope = {
      context: collection.context,
      bases: [".", ...basesOf(collection.file)],
      variables,
    };
    const word = context === undefined ? undefined : scalarArgument(context, variables);
    const draft = buildDraft(request, options, word, scope, report);
    addDraft(collection, draft);
    for (const build of draft.builds) collection.builds.push(build);
  }
}

/** An action by others that calls `docker run` with its inputs `image` and `options`. */
function collectRunAction(collection: Collection, step: YamlNode, variables: Variables): void {
  const uses = asScalar(get(step, "uses"));
  const inputs = get(step, "with");
  if (uses === undefined || inputs === undefined) return;
  if (!/^addnab\/docker-run-action@/i.test(uses.text)) return;
  jobContainer(collection, "docker-run-action", inputs, uses.span, variables, {
    // The inputs have no such keys; the action would not read them.
    only: "options",
  });
}

/** `container:` of a job or one of its `services:`, as text or as a map. */
function jobContainer(
  collection: Collection,
  what: string,
  node: YamlNode,
  span: Span,
  variables: Variables,
  { only }: { readonly only?: "options" } = {},
): void {
  const image = asScalar(node) ?? asScalar(get(node, "image"));
  if (image === undefined || image.text === "") return;
  const report: Report = { unknowns: [] };
  const flags = flagsOfText(get(node, "options"), variables, RUN_FLAGS);
  for (const unknown of flags.unknowns) report.unknowns.push(unknown);
  const options = [
    ...flags.options,
    ...(only === "options"
      ? []
      : [
          ...mapOptions("env", get(node, "env"), variables),
          ...listOptions("volume", get(node, "volumes"), variables),
          ...listOptions("publish", get(node, "ports"), variables),
        ]),
  ];
  const draft = runWorkload(
    {
      what,
      engine: "docker",
      span,
      options,
      image: scalarArgument(image, variables),
      command: [],
      opaque: [...flags.opaque, ...flags.operands.filter((word) => word.dynamic)],
    },
    { context: collection.context, bases: [".", ...basesOf(collection.file)], variables },
    report,
  );
  const env = [...draft.workload.env, ...credentials(node, variables)];
  addDraft(collection, {
    key: what,
    workload: { ...draft.workload, name: what, env, configuredBy: "workflow" },
  });
}

/** A registry password that is written out is a secret in the file, whatever container gets it. */
function credentials(node: YamlNode, variables: Variables): readonly EnvironmentVariable[] {
  const password = asScalar(get(get(node, "credentials"), "password"));
  if (password === undefined || password.value === null) return [];
  const value = scalarArgument(password, variables);
  if (value.dynamic) return [];
  const origin = { kind: "set", span: password.span } as const;
  return [
    {
      name: "credentials.password",
      value: value.text,
      from: "literal",
      surface: "environment",
      origin,
    },
  ];
}
