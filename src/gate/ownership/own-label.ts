/**
 * The owner's label taken out of what is told of networks and volumes. Compose compares all their labels with those
 * of its project and asks for them to be made anew when there is one more.
 */

import { OWNER_LABEL, type AnswerPlan, type Step } from "../judge/contract.ts";
import { isJsonList, isJsonObject, type JsonValue } from "../wire/json/value.ts";
import { withEntry } from "./labels.ts";

const TOLD_OF = new Set([
  "NetworkList",
  "NetworkInspect",
  "VolumeList",
  "VolumeInspect",
  "VolumeCreate",
]);

/** After redaction, which goes by the label. */
export const ownLabelStep: Step = (request, { client }) =>
  client.ownership && TOLD_OF.has(request.operation.id)
    ? { request, denials: [], answers: [HIDDEN] }
    : { request, denials: [] };

const HIDDEN: AnswerPlan = { kind: "json", rewrite: withoutOwnerLabel };

/** One object, a list of them, or the engine's `{Volumes: […]}`. */
export function withoutOwnerLabel(value: JsonValue): JsonValue {
  if (isJsonList(value)) {
    const items = value.map(withoutOwnerLabel);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  const volumes = value.get("Volumes");
  if (isJsonList(volumes)) {
    const told = withoutOwnerLabel(volumes);
    return told === volumes ? value : withEntry(value, "Volumes", told);
  }
  const labels = value.get("Labels");
  if (!isJsonObject(labels) || !labels.has(OWNER_LABEL)) return value;
  const left = new Map(labels);
  left.delete(OWNER_LABEL);
  return withEntry(value, "Labels", left);
}
