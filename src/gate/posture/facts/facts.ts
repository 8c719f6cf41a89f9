/** What the gate knows of the world when it judges a request: gathered first, so that judging asks nobody. */

/** Where a path of the host leads. `missing`: as far as it exists, with the rest behind it. */
export type PathFact =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly path: string }
  | { readonly kind: "unseen" }
  /** The request names so many that this one was not looked at. */
  | { readonly kind: "unasked" };

/** The engine did not answer as it should. */
export interface Unanswered {
  readonly kind: "unanswered";
}

export interface Absent {
  readonly kind: "absent";
}

export interface VolumeFact {
  readonly kind: "volume";
  readonly driver: string;
  readonly options: ReadonlyMap<string, string>;
  /** The value of the owner label; empty for none. */
  readonly owner: string;
}

export interface NetworkFact {
  readonly kind: "network";
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly owner: string;
}

export interface ContainerFact {
  readonly kind: "container";
  readonly id: string;
  readonly owner: string;
  readonly networkMode: string;
  readonly pidMode: string;
  readonly ipcMode: string;
  /** Names of the networks that it is in. */
  readonly networks: readonly string[];
  readonly mounts: readonly MountFact[];
}

export interface MountFact {
  readonly type: string;
  /** A path of the host, for a bind. */
  readonly source: string;
  /** Of a volume. */
  readonly name: string;
  readonly writable: boolean;
}

export interface ImageFact {
  readonly kind: "image";
  readonly id: string;
  /** References by which the engine knows it: with tags and with digests. */
  readonly names: readonly string[];
  readonly user: string;
  readonly env: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

export type Answer<T> = T | Absent | Unanswered;

export interface Facts {
  readonly paths: ReadonlyMap<string, PathFact>;
  readonly volumes: ReadonlyMap<string, Answer<VolumeFact>>;
  readonly networks: ReadonlyMap<string, Answer<NetworkFact>>;
  readonly containers: ReadonlyMap<string, Answer<ContainerFact>>;
  /** By the name that the request gives. */
  readonly images: ReadonlyMap<string, Answer<ImageFact>>;
  /** Of the engine; undefined when it was not asked or did not tell. */
  readonly defaultRuntime?: string;
}

export const ABSENT: Absent = { kind: "absent" };
export const UNANSWERED: Unanswered = { kind: "unanswered" };

export const NO_FACTS: Facts = {
  paths: new Map(),
  volumes: new Map(),
  networks: new Map(),
  containers: new Map(),
  images: new Map(),
};
