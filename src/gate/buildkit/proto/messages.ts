/**
 * The messages that a mediated build may send. Fields that are not here are refused: raw build graphs
 * (`pb.Definition`) among them, since no Dockerfile says what they do.
 * Source: moby/buildkit 73ed682 (2026-08-21), api/services/control/control.proto,
 * frontend/gateway/pb/gateway.proto, sourcepolicy/pb/policy.proto, solver/pb/ops.proto.
 */

import type { Message } from "./schema.ts";

const EMPTY = (name: string): Message => ({ name, fields: {} });

const CacheOptionsEntry: Message = {
  name: "CacheOptionsEntry",
  fields: {
    1: { name: "Type", type: "string" },
    2: { name: "Attrs", type: { map: "string" } },
  },
};

const CacheOptions: Message = {
  name: "CacheOptions",
  fields: {
    1: { name: "ExportRefDeprecated", type: "string" },
    2: { name: "ImportRefsDeprecated", type: "string", repeated: true },
    3: { name: "ExportAttrsDeprecated", type: { map: "string" } },
    4: { name: "Exports", type: CacheOptionsEntry, repeated: true },
    5: { name: "Imports", type: CacheOptionsEntry, repeated: true },
  },
};

const Exporter: Message = {
  name: "Exporter",
  fields: {
    1: { name: "Type", type: "string" },
    2: { name: "Attrs", type: { map: "string" } },
  },
};

const AttrConstraint: Message = {
  name: "AttrConstraint",
  fields: {
    1: { name: "key", type: "string" },
    2: { name: "value", type: "string" },
    3: { name: "condition", type: "varint" },
  },
};

const Selector: Message = {
  name: "Selector",
  fields: {
    1: { name: "identifier", type: "string" },
    2: { name: "match_type", type: "varint" },
    3: { name: "constraints", type: AttrConstraint, repeated: true },
  },
};

const Update: Message = {
  name: "Update",
  fields: {
    1: { name: "identifier", type: "string" },
    2: { name: "attrs", type: { map: "string" } },
  },
};

const Rule: Message = {
  name: "Rule",
  fields: {
    1: { name: "action", type: "varint" },
    2: { name: "selector", type: Selector },
    3: { name: "updates", type: Update },
  },
};

export const Policy: Message = {
  name: "Policy",
  fields: {
    1: { name: "version", type: "varint" },
    2: { name: "rules", type: Rule, repeated: true },
  },
};

/** Without Definition, FrontendInputs, EnableSessionExporter, SourcePolicySession and ProxyNetwork. */
export const SolveRequest: Message = {
  name: "SolveRequest",
  fields: {
    1: { name: "Ref", type: "string" },
    3: { name: "ExporterDeprecated", type: "string" },
    4: { name: "ExporterAttrsDeprecated", type: { map: "string" } },
    5: { name: "Session", type: "string" },
    6: { name: "Frontend", type: "string" },
    7: { name: "FrontendAttrs", type: { map: "string" } },
    8: { name: "Cache", type: CacheOptions },
    9: { name: "Entitlements", type: "string", repeated: true },
    11: { name: "Internal", type: "bool" },
    12: { name: "SourcePolicy", type: Policy },
    13: { name: "Exporters", type: Exporter, repeated: true },
    16: { name: "CompatibilityVersion", type: "varint" },
  },
};

export const StatusRequest: Message = {
  name: "StatusRequest",
  fields: { 1: { name: "Ref", type: "string" } },
};

export const InfoRequest = EMPTY("InfoRequest");

export const ListWorkersRequest: Message = {
  name: "ListWorkersRequest",
  fields: { 1: { name: "filter", type: "string", repeated: true } },
};

/** The gateway's own Solve, by which buildx asks for one platform's result. */
export const BridgeSolveRequest: Message = {
  name: "frontend.SolveRequest",
  fields: {
    2: { name: "Frontend", type: "string" },
    3: { name: "FrontendOpt", type: { map: "string" } },
    5: { name: "allowResultReturn", type: "bool" },
    6: { name: "allowResultArrayRef", type: "bool" },
    10: { name: "Final", type: "bool" },
    12: { name: "CacheImports", type: CacheOptionsEntry, repeated: true },
    14: { name: "Evaluate", type: "bool" },
    15: { name: "SourcePolicies", type: Policy, repeated: true },
  },
};

const FileRange: Message = {
  name: "FileRange",
  fields: {
    1: { name: "Offset", type: "varint" },
    2: { name: "Length", type: "varint" },
  },
};

export const ReadFileRequest: Message = {
  name: "ReadFileRequest",
  fields: {
    1: { name: "Ref", type: "string" },
    2: { name: "FilePath", type: "string" },
    3: { name: "Range", type: FileRange },
  },
};

export const ReadDirRequest: Message = {
  name: "ReadDirRequest",
  fields: {
    1: { name: "Ref", type: "string" },
    2: { name: "DirPath", type: "string" },
    3: { name: "IncludePattern", type: "string" },
  },
};

export const StatFileRequest: Message = {
  name: "StatFileRequest",
  fields: {
    1: { name: "Ref", type: "string" },
    2: { name: "Path", type: "string" },
  },
};

export const EvaluateRequest: Message = {
  name: "EvaluateRequest",
  fields: { 1: { name: "Ref", type: "string" } },
};

export const PingRequest = EMPTY("PingRequest");
export const InputsRequest = EMPTY("InputsRequest");

const Any: Message = {
  name: "google.protobuf.Any",
  fields: {
    1: { name: "type_url", type: "string" },
    2: { name: "value", type: "bytes" },
  },
};

const Status: Message = {
  name: "google.rpc.Status",
  fields: {
    1: { name: "code", type: "varint" },
    2: { name: "message", type: "string" },
    3: { name: "details", type: Any, repeated: true },
  },
};

const Ref: Message = {
  name: "Ref",
  fields: {
    1: { name: "id", type: "string" },
    // The graph of the result, which the engine knows by its id.
    2: { name: "def", type: "bytes", dropped: true },
  },
};

const RefMap: Message = {
  name: "RefMap",
  fields: { 1: { name: "refs", type: { map: Ref } } },
};

const RefMapDeprecated: Message = {
  name: "RefMapDeprecated",
  fields: { 1: { name: "refs", type: { map: "string" } } },
};

const BytesMap: Message = {
  name: "map entry",
  fields: {
    1: { name: "key", type: "string" },
    2: { name: "value", type: "bytes" },
  },
};

const InTotoSubject: Message = {
  name: "InTotoSubject",
  fields: {
    1: { name: "kind", type: "varint" },
    2: { name: "digest", type: "string", repeated: true },
    3: { name: "name", type: "string" },
  },
};

const Attestation: Message = {
  name: "Attestation",
  fields: {
    1: { name: "kind", type: "varint" },
    2: { name: "metadata", type: BytesMap, repeated: true },
    3: { name: "ref", type: Ref },
    4: { name: "path", type: "string" },
    5: { name: "inTotoPredicateType", type: "string" },
    6: { name: "inTotoSubjects", type: InTotoSubject, repeated: true },
  },
};

const Attestations: Message = {
  name: "Attestations",
  fields: { 1: { name: "attestation", type: Attestation, repeated: true } },
};

const Result: Message = {
  name: "Result",
  fields: {
    1: { name: "refDeprecated", type: "string" },
    2: { name: "refsDeprecated", type: RefMapDeprecated },
    3: { name: "ref", type: Ref },
    4: { name: "refs", type: RefMap },
    10: { name: "metadata", type: BytesMap, repeated: true },
    12: { name: "attestations", type: { map: Attestations } },
  },
};

/** The engine's answer to `LLBBridge/Solve`. */
export const BridgeSolveResponse: Message = {
  name: "frontend.SolveResponse",
  skipsUnknown: true,
  fields: { 3: { name: "result", type: { ...Result, skipsUnknown: true } } },
};

export { Attestations };

export const ReturnRequest: Message = {
  name: "ReturnRequest",
  fields: {
    1: { name: "result", type: Result },
    2: { name: "error", type: Status },
  },
};
