/** Processes that are started in a service's container besides its own: hooks and health checks. */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { User } from "../../model/user.ts";
import type { Exec } from "../../model/workload.ts";
import { asText, get, isNull, itemsOf } from "../yaml/access.ts";
import type { ServiceBuild } from "./build.ts";
import { commandLine, healthCommand } from "./command-line.ts";
import { pairVariables } from "./environment.ts";
import type { ServiceScope } from "./facts.ts";
import { booleanFact, originOf, scalarFact } from "./facts.ts";

const HOOKS = ["pre_start", "post_start", "pre_stop"];

/** Lifecycle hooks with their own user and privileges, and the health check. */
export function hooksOf(
  scope: ServiceScope,
  user: Fact<User>,
): { execs: Exec[]; env: EnvironmentVariable[] } {
  const execs: Exec[] = [];
  const env: EnvironmentVariable[] = [];
  const no = known(false, {
    kind: "default",
    of: "Docker",
    source: "docker exec",
    span: scope.source,
  });
  for (const hook of HOOKS) {
    for (const node of itemsOf(get(scope.service, hook))) {
      const command = commandLine(get(node, "command"));
      const userNode = get(node, "user");
      execs.push({
        what: `${hook} hook`,
        user:
          userNode === undefined || isNull(userNode)
            ? user
            : scalarFact(userNode, (text) => ({ value: parseUser(text) }), "a user"),
        privileged: booleanFact(get(node, "privileged"), no),
        ...(command === undefined ? {} : { command }),
        origin: originOf(node),
      });
      env.push(...pairVariables(get(node, "environment"), "exec"));
    }
  }
  const test = get(get(scope.service, "healthcheck"), "test");
  const command = healthCommand(test);
  if (test !== undefined && command !== undefined) {
    execs.push({ what: "health check", user, privileged: no, command, origin: originOf(test) });
  }
  return { execs, env };
}

/** The built image's health check, unless the service has its own or turns it off. */
export function imageHealthCheck(
  scope: ServiceScope,
  user: Fact<User>,
  build: ServiceBuild | undefined,
): readonly Exec[] {
  const check = build?.stage?.healthCheck;
  const own = get(scope.service, "healthcheck");
  const replaced = !isNull(get(own, "test")) || asText(get(own, "disable")) === "true";
  return check === undefined || replaced ? [] : [{ ...check, user }];
}
