/**
 * The steps that keep clients apart. The first guards the gate's own labels for everybody; the second is for clients
 * with ownership: it resolves names, checks references, stamps what is made and filters what is told.
 */

import type { Denial, GateRequest, Step } from "../judge/contract.ts";
import { foldName } from "../wire/json/fold.ts";
import { isJsonObject } from "../wire/json/value.ts";
import { refused } from "./denials.ts";
import { deny, pass, texts, withQuery } from "./handlers.ts";
import { cleanLabels, withoutReserved } from "./labels.ts";
import { Objects } from "./objects.ts";
import { treatments } from "./treatments.ts";

export const reservedLabelsStep: Step = (request, { client }) => {
  const owner = client.ownership ? client.owner : undefined;
  const places: string[] = [];
  let cleaned = request;
  if (request.body !== undefined) {
    const body = withoutReserved(request.body, owner);
    places.push(...body.refused);
    if (body.value !== request.body) cleaned = { ...cleaned, body: body.value };
  }
  if (request.operation.id === "ImageBuild") cleaned = withoutBuildLabels(cleaned, owner, places);
  places.push(...instructionsWithLabels(request));
  return places.length > 0 ? deny(request, ...places.map(reserved)) : pass(cleaned);
};

function withoutBuildLabels(
  request: GateRequest,
  owner: string | undefined,
  places: string[],
): GateRequest {
  const labels = request.query.get("labels")?.[0];
  if (labels?.kind !== "json" || !isJsonObject(labels.value)) return request;
  const value = cleanLabels(labels.value, "labels", owner, places);
  return value === labels.value ? request : withQuery(request, "labels", { kind: "json", value });
}

/** Lines of a Dockerfile, of a commit and an import. What expands to a label later is overruled by ownership. */
function instructionsWithLabels(request: GateRequest): readonly string[] {
  return texts(request, "changes").flatMap((change, index) =>
    foldName(change).includes("DEV.PLIMSOLL.") ? [`changes[${String(index)}]`] : [],
  );
}

function reserved(place: string): Denial {
  return refused(
    "reserved-label",
    place,
    "this label is the gate's own: it says whose an object is",
    "Leave it out, the gate sets it",
  );
}

export const ownStep: Step = (request, context) => {
  if (!context.client.ownership) return pass(request);
  const treatment = Object.hasOwn(treatments, request.operation.id)
    ? treatments[request.operation.id]
    : undefined;
  if (treatment !== undefined) return treatment(request, new Objects(context));
  return deny(
    request,
    refused(
      "not-classified",
      "",
      "the gate does not know whose objects this request is about",
      "Ask for what is documented in the Engine API",
    ),
  );
};

export const ownershipSteps: readonly Step[] = [reservedLabelsStep, ownStep];
