/** What an engine says of itself. */

import type { Engine } from "../engine.ts";
import { isObject, objectAt, textAt, textsAt } from "../guards.ts";
import type { EngineProblem } from "../problem.ts";
import { isProblem } from "../problem.ts";
import { unexpected } from "./names.ts";

export interface EngineVersion {
  /** "28.2.2" */
  readonly version: string;
  readonly os: string;
  readonly architecture: string;
  readonly kernel?: string;
}

export async function engineVersion(engine: Engine): Promise<EngineVersion | EngineProblem> {
  const answer = await engine.json("/version");
  if (isProblem(answer)) return answer;
  const { value } = answer;
  if (!isObject(value)) return unexpected("/version");
  const [version, os, architecture] = [
    textAt(value, "Version"),
    textAt(value, "Os"),
    textAt(value, "Arch"),
  ];
  if (version === undefined || os === undefined || architecture === undefined)
    return unexpected("/version");
  const kernel = textAt(value, "KernelVersion");
  return { version, os, architecture, ...(kernel === undefined ? {} : { kernel }) };
}

export interface EngineInfo {
  /** `name=seccomp,profile=builtin`, `name=apparmor`, `name=rootless`, `name=userns`. */
  readonly securityOptions: readonly string[];
  readonly runtimes: readonly string[];
  readonly defaultRuntime?: string;
  readonly cgroupVersion?: string;
}

export async function engineInfo(engine: Engine): Promise<EngineInfo | EngineProblem> {
  const answer = await engine.json("/info");
  if (isProblem(answer)) return answer;
  const { value } = answer;
  if (!isObject(value)) return unexpected("/info");
  const defaultRuntime = textAt(value, "DefaultRuntime");
  const cgroupVersion = textAt(value, "CgroupVersion");
  return {
    securityOptions: textsAt(value, "SecurityOptions"),
    runtimes: Object.keys(objectAt(value, "Runtimes")),
    ...(defaultRuntime === undefined ? {} : { defaultRuntime }),
    ...(cgroupVersion === undefined ? {} : { cgroupVersion }),
  };
}
