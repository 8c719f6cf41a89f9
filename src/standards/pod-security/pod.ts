/** A pod as plain data, read defensively: what is not of the expected type reads as absent. */

/** A path in a pod: `["spec", "containers", 0, "securityContext"]`. */
export type FieldPath = readonly (string | number)[];
export type Fields = Readonly<Record<string, unknown>>;

/** What the checks judge: metadata and spec as decoded from YAML or JSON. */
export interface PodData {
  readonly metadata: Fields;
  readonly spec: Fields;
}

export interface Container {
  readonly name: string;
  readonly path: FieldPath;
  readonly fields: Fields;
  readonly security: Fields;
}

/** A security context and whose it is. */
export interface SecurityScope {
  /** The container's name; undefined for the pod. */
  readonly container?: string;
  readonly path: FieldPath;
  readonly security: Fields;
}

/** A pod with the parts that several checks need worked out once. */
export interface Pod {
  readonly annotations: Fields;
  readonly spec: Fields;
  readonly security: Fields;
  /** Init containers, containers, ephemeral containers, in this order. */
  readonly containers: readonly Container[];
  /** The pod's security context, then each container's. */
  readonly scopes: readonly SecurityScope[];
  /** `spec.os.name: windows` */
  readonly windows: boolean;
  /** `spec.hostUsers: false`: root in the pod is not root on the host. */
  readonly inUserNamespace: boolean;
}

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

const NOTHING: Fields = {};
const NO_ITEMS: readonly unknown[] = [];

export function asFields(value: unknown): Fields {
  return isFields(value) ? value : NOTHING;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a field is there: null is the same as absent, as in the API. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function readPod(data: PodData): Pod {
  const { spec } = data;
  const security = asFields(spec["securityContext"]);
  const containers: Container[] = [];
  for (const list of CONTAINER_LISTS) {
    for (const [index, item] of asList(spec[list]).entries()) {
      const fields = asFields(item);
      containers.push({
        name: asText(fields["name"]),
        path: ["spec", list, index],
        fields,
        security: asFields(fields["securityContext"]),
      });
    }
  }
  const scopes: SecurityScope[] = [{ path: ["spec", "securityContext"], security }];
  for (const container of containers) {
    scopes.push({
      container: container.name,
      path: [...container.path, "securityContext"],
      security: container.security,
    });
  }
  return {
    annotations: asFields(data.metadata["annotations"]),
    spec,
    security,
    containers,
    scopes,
    windows: asFields(spec["os"])["name"] === "windows",
    inUserNamespace: spec["hostUsers"] === false,
  };
}
