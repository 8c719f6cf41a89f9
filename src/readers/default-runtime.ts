/** The runtime facts of a container of which nothing is written: every fact is the engine's default. */

import type { DefaultOrigin, Fact } from "../model/fact.ts";
import { known } from "../model/fact.ts";
import type { Span } from "../model/source.ts";
import type { Runtime } from "../model/runtime.ts";
import type { EngineName } from "../model/workload.ts";
import { engines } from "../linux/engines.ts";

/** `span` is where a missing setting would be written. */
export function defaultRuntime(engine: EngineName, span: Span): Runtime {
  const { title, source, defaults } = engines[engine];
  const origin: DefaultOrigin = { kind: "default", of: title, source, span };
  const fact = <T>(value: T): Fact<T> => known(value, origin);
  return {
    privileged: fact(false),
    capAdd: [],
    capDrop: [],
    noNewPrivileges: fact(defaults.noNewPrivileges),
    seccomp: fact({ mode: defaults.seccomp }),
    apparmor: fact({ mode: "default" }),
    selinux: fact({ mode: "default" }),
    procMask: fact("masked"),
    namespaces: {
      network: fact({ mode: defaults.network }),
      pid: fact({ mode: "own" }),
      ipc: fact({ mode: defaults.ipc }),
      uts: fact({ mode: defaults.uts }),
      user: fact({ mode: "host" }),
      cgroup: fact({ mode: "own" }),
    },
    readOnlyRoot: fact(false),
    limits: { memory: fact(undefined), cpus: fact(undefined), pids: fact(defaults.pids) },
    mounts: [],
    devices: [],
    sysctls: [],
    ports: [],
    groups: [],
  };
}
