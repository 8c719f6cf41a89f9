/** What is mounted into a container. */

import type { Origin } from "./fact.ts";
import type { Span } from "./source.ts";

export interface Mount {
  readonly type:
    | "bind"
    | "volume"
    | "tmpfs"
    | "npipe"
    | "image"
    | "secret"
    | "config"
    | "projected"
    | "other";
  /** As written: a path, a volume's or secret's name. */
  readonly source?: string;
  /** The absolute, cleaned host path whose tree becomes visible (`/var/run` already as `/run`, `~/` kept); absent for a path relative to the project. */
  readonly hostPath?: string;
  /** Where in the container; absent for a pod volume that no container mounts. */
  readonly target?: string;
  readonly readOnly: boolean;
  /** `private rprivate slave rslave shared rshared`, as Linux names them. */
  readonly propagation?: string;
  /** Where the propagation is written, when not within the origin. */
  readonly propagationAt?: Span;
  /** Permission bits of a secret's or config's file (0o444). */
  readonly fileMode?: number;
  /** The inline content of a Compose config (`configs.*.content`), as written. Never printed. */
  readonly content?: { readonly text: string; readonly span: Span };
  /** For a Compose secret or config with `environment:`: the variable of the caller's environment that holds it. */
  readonly environment?: string;
  /** How it got here when not by a plain mount: a volume's driver options, `use_api_socket`, `volumes_from`. */
  readonly via?: "volume-driver" | "api-socket" | "volumes-from" | "template";
  readonly origin: Origin;
}
