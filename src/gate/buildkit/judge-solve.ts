/** A build as BuildKit's clients ask for it: what of it passes, and what goes to the engine in its place. */

import type { Denial } from "../judge/contract.ts";
import { imageLabels } from "../ownership/labels.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { Refusal } from "../wire/refusal.ts";
import { judgeCache, judgeImports } from "./cache-options.ts";
import { judgeExporter } from "./exporters.ts";
import { judgeAttributes } from "./frontend-attributes.ts";
import { printable } from "./printable.ts";
import { ProtoMessage } from "./proto/codec.ts";
import { needsSourcePolicy, sourcePolicy } from "./source-policy.ts";

export interface BuildContext {
  readonly policy: ClientPolicy;
  /** A set of the ids in the message that are open sessions of the client. */
  readonly sessions: ReadonlySet<string>;
  /** Whether the engine's BuildKit applies source policies: Docker 23 and later do. */
  readonly appliesSourcePolicy: boolean;
  /** Whether bases come from their registry although the engine has images of the name. */
  readonly pullsAnew: boolean;
  /** The engine's id, for the label of an image's owner; undefined when it did not tell. */
  readonly engineId: string | undefined;
}

export type JudgedBuild =
  | {
      readonly ok: true;
      readonly message: ProtoMessage;
      /** Names that the result gets in the engine's store; whether they are the client's is judged apart. */
      readonly stored: readonly string[];
    }
  | { readonly ok: false; readonly denial: Denial };

/** A message that could not be read. */
export function unreadable({ code, at, message }: Refusal): Denial {
  return { status: 400, rule: code, at, message };
}

const denied = (rule: string, at: string, message: string, help?: string): JudgedBuild => ({
  ok: false,
  denial: { status: 403, rule, at, message, ...(help === undefined ? {} : { help }) },
});

/** `moby.buildkit.v1.Control/Solve`. */
export function judgeSolve(message: ProtoMessage, context: BuildContext): JudgedBuild {
  const { policy } = context;
  const frontend = message.text("Frontend");
  // Empty: the client drives the build itself, by the gateway's calls.
  if (frontend !== "" && frontend !== "dockerfile.v0") return foreignFrontend("Frontend");
  const session = message.text("Session");
  if (session !== "" && !context.sessions.has(session)) {
    return denied("not-yours", "Session", "this session is not one of the client's own");
  }
  if (message.message("SourcePolicy") !== undefined) {
    return denied(
      "unknown-field",
      "SourcePolicy",
      "the sources of a build are the gate's to judge",
    );
  }
  if (!context.appliesSourcePolicy && needsSourcePolicy(policy.grants)) {
    return denied(
      "build-not-mediated",
      "",
      "this engine's BuildKit cannot be held to granted images and registries: it is older than Docker 23",
      "Build with DOCKER_BUILDKIT=0",
    );
  }
  const entitlement = message.list("Entitlements").find((name) => !isEntitled(name, policy));
  if (entitlement !== undefined) {
    return denied(
      "entitlement-not-granted",
      "Entitlements",
      "the build asks for an entitlement that is not granted",
    );
  }
  const attributes = attributesOf(message.texts("FrontendAttrs"), context, "FrontendAttrs");
  if ("denial" in attributes) return { ok: false, denial: attributes.denial };
  const cache = judgeCache(message.message("Cache"), policy);
  if (cache !== undefined) return { ok: false, denial: cache };
  const exported = exportersOf(message, policy);
  if ("rule" in exported) return { ok: false, denial: exported };
  return {
    ok: true,
    stored: exported.stored,
    message: message.with({
      // Without a frontend of its own the message has none of its attributes either.
      FrontendAttrs:
        frontend === "" && message.texts("FrontendAttrs").size === 0 ? undefined : attributes.map,
      SourcePolicy: context.appliesSourcePolicy ? sourcePolicy(policy.grants) : undefined,
    }),
  };
}

/** `moby.buildkit.v1.frontend.LLBBridge/Solve`: within a build that the client drives. */
export function judgeBridgeSolve(message: ProtoMessage, context: BuildContext): JudgedBuild {
  if (message.text("Frontend") !== "dockerfile.v0") return foreignFrontend("Frontend");
  if (message.list("SourcePolicies").length > 0) {
    return denied(
      "unknown-field",
      "SourcePolicies",
      "the sources of a build are the gate's to judge",
    );
  }
  const attributes = attributesOf(message.texts("FrontendOpt"), context, "FrontendOpt");
  if ("denial" in attributes) return { ok: false, denial: attributes.denial };
  const cache = judgeImports(message.list("CacheImports"), context.policy.grants);
  if (cache !== undefined) return { ok: false, denial: cache };
  return { ok: true, stored: [], message: message.with({ FrontendOpt: attributes.map }) };
}

function foreignFrontend(at: string): JudgedBuild {
  return denied(
    "frontend-not-granted",
    at,
    "a build through this gate is of a Dockerfile; raw build graphs and other frontends do not pass",
    "Use `docker build` or `docker buildx build` with a Dockerfile",
  );
}

function isEntitled(entitlement: unknown, { grants }: ClientPolicy): boolean {
  if (entitlement === "network.host") return grants.networks.includes("host");
  return entitlement === "security.insecure" && grants.privileged;
}

function attributesOf(
  given: ReadonlyMap<string, string>,
  { policy, sessions, pullsAnew, engineId }: BuildContext,
  at: string,
): { readonly map: ReadonlyMap<string, string> } | { readonly denial: Denial } {
  const { grants, owner, ownership } = policy;
  const ownsSession = (id: string): boolean => sessions.has(id);
  const judged = judgeAttributes(given, { grants, owner, ownsSession, pullsAnew });
  if (!judged.ok) {
    return {
      denial: {
        status: 403,
        rule: "build-attribute-refused",
        at: `${at}.${printable(judged.name)}`,
        message: judged.why,
      },
    };
  }
  const map = new Map(judged.attributes);
  const labels = ownership ? imageLabels(owner, engineId) : [];
  for (const [name, value] of labels) map.set(`label:${name}`, value);
  return { map };
}

function exportersOf(
  message: ProtoMessage,
  policy: ClientPolicy,
): { readonly stored: readonly string[] } | Denial {
  const stored: string[] = [];
  const outputs: (readonly [string, ReadonlyMap<string, string>])[] = [];
  const deprecated = message.text("ExporterDeprecated");
  if (deprecated !== "") outputs.push([deprecated, message.texts("ExporterAttrsDeprecated")]);
  for (const exporter of message.list("Exporters")) {
    if (exporter instanceof ProtoMessage) {
      outputs.push([exporter.text("Type"), exporter.texts("Attrs")]);
    }
  }
  for (const [type, attributes] of outputs) {
    const judged = judgeExporter(type, attributes, policy);
    if ("rule" in judged) return judged;
    stored.push(...judged.stored);
  }
  return { stored };
}

/** The ids of sessions that a message names, to be looked up before it is judged. */
export function sessionsNamed(message: ProtoMessage): readonly string[] {
  const attributes = [...message.texts("FrontendAttrs"), ...message.texts("FrontendOpt")];
  const named = attributes.flatMap(([name, id]) =>
    name.startsWith("local-sessionid:") ? [id] : [],
  );
  const own = message.text("Session");
  return own === "" ? named : [own, ...named];
}
