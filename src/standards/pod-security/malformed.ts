/**
 * Fields of a wrong type among those that the checks read. The API server refuses such a pod before
 * any policy sees it; here it fails too, because a field that cannot be read must not count as safe.
 */

import type { CheckResult } from "./check.ts";
import { forbidIfAny } from "./check.ts";
import type { FieldPath, PodData } from "./pod.ts";
import { isFields, isSet } from "./pod.ts";
import { fieldName, joined } from "./wording.ts";

type Shape =
  | "true or false"
  | "text"
  | "a whole number"
  | { readonly each: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

const windowsOptions: Shape = { fields: { hostProcess: "true or false" } };
const seLinuxOptions: Shape = { fields: { type: "text", user: "text", role: "text" } };
const profile: Shape = { fields: { type: "text" } };
const scope = {
  appArmorProfile: profile,
  runAsNonRoot: "true or false",
  runAsUser: "a whole number",
  seLinuxOptions,
  seccompProfile: profile,
  windowsOptions,
} as const;
const action: Shape = { fields: { host: "text" } };
const handler: Shape = { fields: { httpGet: action, tcpSocket: action } };
const containers: Shape = {
  each: {
    fields: {
      name: "text",
      livenessProbe: handler,
      readinessProbe: handler,
      startupProbe: handler,
      lifecycle: { fields: { postStart: handler, preStop: handler } },
      ports: { each: { fields: { hostPort: "a whole number" } } },
      securityContext: {
        fields: {
          ...scope,
          allowPrivilegeEscalation: "true or false",
          capabilities: { fields: { add: { each: "text" }, drop: { each: "text" } } },
          privileged: "true or false",
          procMount: "text",
        },
      },
    },
  },
};

/** Source: k8s.io/api core/v1 types.go, the fields that the checks read. */
const POD: Shape = {
  fields: {
    metadata: { fields: { annotations: { fields: {} } } },
    spec: {
      fields: {
        containers,
        ephemeralContainers: containers,
        initContainers: containers,
        hostIPC: "true or false",
        hostNetwork: "true or false",
        hostPID: "true or false",
        hostUsers: "true or false",
        os: { fields: { name: "text" } },
        securityContext: { fields: { ...scope, sysctls: { each: { fields: { name: "text" } } } } },
        volumes: { each: { fields: { name: "text" } } },
      },
    },
  },
};

interface Malformed {
  readonly path: FieldPath;
  readonly wanted: string;
}

const MOST_REPORTED = 50;

export function malformedFields(data: PodData): CheckResult {
  const found: Malformed[] = [];
  collect(data, POD, [], found);
  return forbidIfAny(
    found.map(({ path }) => path),
    "malformed fields",
    () =>
      `the API server refuses this pod: ${joined(
        found.map(({ path, wanted }) => `${fieldName(path)} must be ${wanted}`),
      )}`,
  );
}

function collect(value: unknown, shape: Shape, path: FieldPath, found: Malformed[]): void {
  if (!isSet(value) || found.length >= MOST_REPORTED) return;
  if (typeof shape === "string") {
    if (!isScalar(value, shape)) found.push({ path, wanted: shape });
  } else if ("each" in shape) {
    if (!Array.isArray(value)) found.push({ path, wanted: "a list" });
    else {
      for (let index = 0; index < value.length; index++) {
        collect(value[index], shape.each, [...path, index], found);
      }
    }
  } else if (!isFields(value)) found.push({ path, wanted: "a map" });
  else {
    for (const name of Object.keys(shape.fields)) {
      const field = value[name];
      const wanted = shape.fields[name];
      if (field !== undefined && wanted !== undefined) {
        collect(field, wanted, [...path, name], found);
      }
    }
  }
}

function isScalar(value: unknown, shape: string): boolean {
  if (shape === "text") return typeof value === "string";
  return shape === "true or false" ? typeof value === "boolean" : Number.isInteger(value);
}
