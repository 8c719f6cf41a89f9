/** What no schema can tell of a client: rules and capabilities that there are not, values out of range, contradictions. */

import { parseCapability } from "../../linux/parse-capability.ts";
import { nearest } from "../../model/nearest.ts";
import { rules } from "../../rules/registry.ts";
import { OWNER_LABEL } from "../judge/contract.ts";
import { DEFAULT_VERSIONS } from "../wire/target.ts";
import { versionsOf, withPreset, wordsOfData } from "./compile-client.ts";
import { type Path, quoted } from "./problems.ts";
import type { ClientData } from "./schema/client.ts";
import type { ForceData, GrantData } from "./schema/grant.ts";
import { readBind, readCpus, readPort, readSize } from "./values.ts";
import { ALWAYS, areaNames, expandWord } from "./words.ts";

/** Reports a mistake at a path; at its key, where that and not the value is wrong. */
export type Tell = (path: Path, problem: string, help: string, part?: "key") => void;

/** More than these are not looked at one by one. */
const MOST_STRANGE = 100;

const ruleIds = rules.map(({ id }) => id);

export function checkClient(data: ClientData, tell: Tell): void {
  const strange = Object.keys(data.posture?.rules ?? {}).filter((rule) => !ruleIds.includes(rule));
  for (const rule of strange.slice(0, MOST_STRANGE)) {
    const near = nearest(rule, ruleIds);
    const help =
      near === undefined ? "`plimsoll explain` lists the rules" : `did you mean ${near}?`;
    tell(["posture", "rules", rule], `there is no rule ${quoted(rule)}`, help, "key");
  }
  checkDenied(data, tell);
  checkGrants(data.grant ?? {}, (path, ...rest) => tell(["grant", ...path], ...rest));
  checkForced(data.force ?? {}, (path, ...rest) => tell(["force", ...path], ...rest));
  checkVersions(data, tell);
  if (data.owner !== undefined && data.ownership === false) {
    tell(
      ["owner"],
      "owner says nothing where ownership is false",
      "remove owner, or ownership: false",
    );
  }
}

function checkDenied(data: ClientData, tell: Tell): void {
  const allowed = [...ALWAYS, ...wordsOfData(withPreset(data).allow)];
  for (const area of areaNames) {
    for (const [index, word] of (data.deny?.[area] ?? []).entries()) {
      const takes = expandWord(area, word).some((one) =>
        allowed.some((other) => other.area === one.area && other.word === one.word),
      );
      if (takes) continue;
      tell(
        ["deny", area, index],
        `deny takes ${quoted(word)}, which nothing allows`,
        "remove it: what is not allowed is refused",
      );
    }
  }
}

function checkGrants(grant: GrantData, tell: Tell): void {
  for (const [index, text] of (grant.capabilities ?? []).entries()) {
    const { known, suggestion } = parseCapability(text, "docker");
    if (known) continue;
    const help =
      suggestion === undefined
        ? "expected a capability of Linux: NET_ADMIN"
        : `did you mean ${suggestion}?`;
    tell(["capabilities", index], `there is no capability ${quoted(text)}`, help);
  }
  for (const [index, bind] of (grant.binds ?? []).entries()) {
    const source = typeof bind === "string" ? readBind(bind).source : bind.source;
    const path = typeof bind === "string" ? ["binds", index] : ["binds", index, "source"];
    const clean = cleanPath(source);
    if (clean === source) continue;
    tell(path, `${quoted(source)} is not the shortest form of its path`, `write ${clean}`);
  }
  for (const [index, text] of (grant.ports ?? []).entries()) {
    if (readPort(text) !== undefined) continue;
    tell(
      ["ports", index],
      `${quoted(text)} is no port or range of ports`,
      "expected 8080, 8000-8099, 127.0.0.1:8080, [::1]:53, or 0 for free ones that the engine picks",
    );
  }
  for (const [index, text] of (grant.sysctls ?? []).entries()) {
    if (/^[a-z0-9_]+(?:\.[\w-]+)+$/.test(text)) continue;
    const dotted = text.replaceAll("/", ".");
    tell(
      ["sysctls", index],
      `${quoted(text)} is no kernel setting`,
      /^[a-z0-9_]+(?:\.[\w-]+)+$/.test(dotted) ? `write ${dotted}` : "expected net.core.somaxconn",
    );
  }
  for (const [index, text] of (grant.registries ?? []).entries()) {
    if (/^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/.test(text))
      continue;
    tell(
      ["registries", index],
      `${quoted(text)} is no registry's host`,
      "expected a host in lower case, with its port: docker.io, localhost:5000",
    );
  }
  for (const [index, text] of (grant.images ?? []).entries()) {
    if (!/\s|:\/\//.test(text)) continue;
    tell(
      ["images", index],
      `${quoted(text)} is no pattern of images`,
      "expected registry.example/team/*",
    );
  }
  for (const [index, text] of (grant.subnets ?? []).entries()) {
    if (/^[0-9A-Fa-f:.]{2,45}\/\d{1,3}$/.test(text)) continue;
    tell(
      ["subnets", index],
      `${quoted(text)} is no range of addresses`,
      "expected 10.20.0.0/16 or fd00:20::/64",
    );
  }
  for (const [index, text] of (grant.labels ?? []).entries()) {
    if (!isReserved(text)) continue;
    tell(["labels", index], `${quoted(text)} is the gate's own label`, "remove it");
  }
  const limits = grant.limits ?? {};
  for (const key of ["memory", "shm"] as const) checkSize(limits[key], ["limits", key], tell);
  if (limits.cpus !== undefined && readCpus(limits.cpus) === undefined) {
    tell(["limits", "cpus"], `${quoted(limits.cpus)} is no number of CPUs`, "expected 0.5 or 2");
  }
}

export function checkSize(text: string | undefined, path: Path, tell: Tell): void {
  const size = text === undefined ? 1n : readSize(text);
  if (size !== undefined && size > 0n) return;
  const problem = `${quoted(text ?? "")} is no size that the gate can keep`;
  tell(path, problem, "expected a size: 512k, 64m, 2g, or a number of bytes");
}

function checkForced(force: ForceData, tell: Tell): void {
  const { user, labels } = force;
  if (user !== undefined && /^(?:root|0+)(?::|$)/.test(user)) {
    tell(["user"], `${quoted(user)} is root`, "expected a user that is not root: 65532:65532");
  }
  for (const name of Object.keys(labels ?? {})) {
    if (!isReserved(name)) continue;
    tell(["labels", name], `${quoted(name)} is the gate's own label`, "remove it", "key");
  }
}

function checkVersions(data: ClientData, tell: Tell): void {
  const { least, most, assumed } = versionsOf(data["api-versions"]);
  const range = `1.${String(DEFAULT_VERSIONS.least)} to 1.${String(DEFAULT_VERSIONS.most)}`;
  for (const [key, minor] of Object.entries({ least, most, assumed })) {
    if (minor >= DEFAULT_VERSIONS.least && minor <= DEFAULT_VERSIONS.most) continue;
    tell(
      ["api-versions", key],
      `API 1.${String(minor)} is none that the gate knows`,
      `expected ${range}`,
    );
    return;
  }
  if (least > most) {
    tell(["api-versions", "least"], "least is greater than most", `expected ${range}`);
  } else if (assumed < least || assumed > most) {
    tell(
      ["api-versions", "assumed"],
      "assumed is not between least and most",
      `expected 1.${String(least)} to 1.${String(most)}`,
    );
  }
}

function isReserved(label: string): boolean {
  return label.toLowerCase().replaceAll("*", "") === OWNER_LABEL;
}

/** As the kernel walks it where no links are: one slash, no `.` and `..`, none at the end. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
