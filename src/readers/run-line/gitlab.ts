/** GitLab CI: scripts and images of jobs. Source: GitLab documentation, "CI/CD YAML syntax reference". */

import { asScalar, entriesOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { EnvironmentVariable } from "../../model/workload.ts";
import type { Collection } from "./collect.ts";
import { addDraft } from "./collect.ts";
import { variableOf } from "./environment-options.ts";
import { imageOnlyWorkload } from "./image-only.ts";
import { mapOptions, scalarArgument } from "./scalar-options.ts";
import type { Variables } from "./variables.ts";
import { innerVariables, newVariables } from "./variables.ts";
import { collectScalars, scriptScalars, withEnvironment } from "./yaml-scripts.ts";

/** Top-level keys that are no jobs. */
const NOT_JOBS = new Set([
  "variables",
  "include",
  "stages",
  "workflow",
  "spec",
  "cache",
  "pages:deploy",
]);

export function collectGitlab(collection: Collection, root: YamlNode): void {
  const top = withEnvironment(newVariables(), get(root, "variables"));
  images(collection, root, "CI", top);
  scripts(collection, root, top);
  for (const [name, { value: job }] of entriesOf(root)) {
    if (NOT_JOBS.has(name) || job.kind !== "map") continue;
    const variables = withEnvironment(top, get(job, "variables"));
    images(collection, job, name === "default" ? "CI" : `job ${name}`, variables);
    scripts(collection, job, variables);
  }
}

/** `before_script` and `script` run in one shell, `after_script` in another. */
function scripts(collection: Collection, node: YamlNode, variables: Variables): void {
  const main = [
    ...scriptScalars(get(node, "before_script")),
    ...scriptScalars(get(node, "script")),
  ];
  const after = scriptScalars(get(node, "after_script"));
  collectScalars(collection, main, innerVariables(variables), ".");
  collectScalars(collection, after, innerVariables(variables), ".");
}

/** The runner decides how these are started; the file decides only which image it is. */
function images(collection: Collection, node: YamlNode, of: string, variables: Variables): void {
  const own = asScalar(get(node, "image")) ?? asScalar(get(get(node, "image"), "name"));
  if (own !== undefined && own.value !== null) {
    const argument = scalarArgument(own, variables);
    addDraft(
      collection,
      imageOnlyWorkload(`image of ${of}:`, argument, environment(node, variables)),
    );
  }
  for (const service of itemsOf(get(node, "services"))) {
    const image = asScalar(service) ?? asScalar(get(service, "name"));
    if (image === undefined || image.value === null) continue;
    const argument = scalarArgument(image, variables);
    addDraft(
      collection,
      imageOnlyWorkload(`service of ${of}:`, argument, environment(service, variables)),
    );
  }
}

function environment(node: YamlNode, variables: Variables): readonly EnvironmentVariable[] {
  const report = { unknowns: [] };
  return mapOptions("env", get(node, "variables"), variables).flatMap((option) => {
    const variable = variableOf(option, "environment", variables, report);
    return variable === undefined ? [] : [variable];
  });
}
