/** The layers that an image decides too: the user, and the secrets by name. */

import { classifyVariable } from "../../detect/classify-variable.ts";
import { heldDrop } from "../../model/privilege-drop.ts";
import { describeUser, isRoot } from "../../model/user.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Workload } from "../../model/workload.ts";
import type { LayerRow } from "./layer.ts";
import { factRow, joinParts, row } from "./layer.ts";
import { describeOrigin } from "./origin.ts";

export function userRows(workload: Workload): LayerRow[] {
  const { user, runtime } = workload;
  const privilegeDrop = heldDrop(workload);
  const main = factRow(user, (value, origin) => {
    const root = isRoot(value);
    const checked = value.verifiedNonRoot === true ? ", must not be root" : "";
    return {
      value: `${describeUser(value)}${checked}`,
      mark: !root ? "tighter" : origin.kind === "set" ? "looser" : "default",
    };
  });
  const rows = [main];
  if (privilegeDrop !== undefined) {
    const to = privilegeDrop.to === undefined ? "another user" : privilegeDrop.to;
    rows.push(row(`then ${privilegeDrop.tool} to ${to}`, privilegeDrop.origin, "tighter"));
  }
  const groups = (runtime?.groups ?? []).map(({ text, origin }) => ({
    text,
    origin: describeOrigin(origin),
    mark: "looser" as const,
  }));
  return [
    ...rows,
    ...joinParts(groups, ", ").map((groupRow) => ({
      ...groupRow,
      value: `also group ${groupRow.value}`,
    })),
  ];
}

/** Names that are listed of one kind in one place. */
const MAX_NAMES = 12;

/** Secrets by name and place; never a value. */
export function secretRows({ env, build, runtime }: Workload): LayerRow[] {
  const literal = [...env, ...(build?.args ?? []).map(asVariable), ...(build?.env ?? [])].filter(
    ({ name, value, from }) =>
      from === "literal" && value !== undefined && classifyVariable(name, value).kind === "secret",
  );
  const passed = env.filter(
    ({ name, from, reference }) =>
      reference?.kind === "secret" ||
      (from !== "literal" &&
        from !== "reference" &&
        classifyVariable(name, undefined).kind === "secret"),
  );
  const mounted = (runtime?.mounts ?? []).filter(({ type }) => type === "secret");
  const token = runtime?.serviceAccountToken;
  const rows = [
    ...namesRow(literal, "written in the source", "looser"),
    ...namesRow(passed, "in the environment", "default"),
    ...joinParts(
      mounted.map(({ source, target, origin }) => ({
        text: source ?? target ?? "a secret",
        origin: describeOrigin(origin),
        mark: "default" as const,
      })),
      ", ",
    ).map((mountRow) => ({ ...mountRow, value: `${mountRow.value} as a file` })),
    ...(token === undefined
      ? []
      : [
          factRow(token, (mounted, origin) => ({
            value: mounted ? "service account token as a file" : "no service account token",
            mark: mounted ? "default" : origin.kind === "default" ? "default" : "tighter",
          })),
        ]),
  ];
  return rows.length > 0 ? rows : [{ value: "none seen", origin: "", mark: "default" }];
}

function asVariable(argument: {
  readonly name: string;
  readonly value?: string;
  readonly reference?: boolean;
  readonly origin: EnvironmentVariable["origin"];
}): EnvironmentVariable {
  const { name, value, reference, origin } = argument;
  return {
    name,
    ...(value === undefined ? {} : { value }),
    from: reference === true ? "unresolved" : "literal",
    surface: "build-env",
    origin,
  };
}

/** The variables of one kind; those of one origin share a row. */
function namesRow(
  variables: readonly EnvironmentVariable[],
  how: string,
  mark: "looser" | "default",
): LayerRow[] {
  const byFile = Map.groupBy(
    variables,
    ({ origin }) => origin.span?.file.path ?? describeOrigin(origin),
  );
  return [...byFile].map(([path, group]) => {
    const names = [...new Set(group.map(({ name }) => name))];
    const more = names.length > MAX_NAMES ? `, ${names.length - MAX_NAMES} more` : "";
    const origins = new Set(group.map(({ origin }) => describeOrigin(origin)));
    const [only = path] = origins;
    return {
      value: `${names.slice(0, MAX_NAMES).join(", ")}${more} ${how}`,
      origin: origins.size === 1 ? only : path,
      mark,
    };
  });
}
