/** Networks, volumes, secrets and configs. */

import { wireType, type WireType } from "../../api/types.ts";
import { judgeNetwork } from "../checks/networks.ts";
import { settleOptions } from "../create/settle.ts";
import { addLink, addNetwork, addOptions } from "../create/wanted.ts";
import { gather, Wanted } from "../facts/gather.ts";
import { amended, isNeutralAs, objectOf, textOf, textsOf, valueAt, withEntries } from "../json.ts";
import { checkFields } from "../walk.ts";
import { bodyOf, goOn, type Handler, judged, judgingOf } from "./handler.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { JsonObject } from "../../wire/json/value.ts";

/** Bodies of which all is said by the checks of their fields. */
export function checked(expression: `#${string}`): Handler {
  const type = wireType(expression);
  return (request, context) => {
    const judging = judgingOf(request, context);
    checkFields(bodyOf(request), type, "", judging);
    return judged(request, judging);
  };
}

/** The same, with the policy's labels on what is made. */
export function labelled(expression: `#${string}`): Handler {
  const type = wireType(expression);
  const struct = expression.slice(1);
  return (request, context) => {
    const body = withForcedLabels(struct, bodyOf(request), context.client);
    const judging = judgingOf({ ...request, body }, context);
    checkFields(body, type, "", judging);
    return judged(request, judging, body);
  };
}

export function withForcedLabels(
  struct: string,
  body: JsonObject,
  { forced }: ClientPolicy,
): JsonObject {
  if (forced.labels.size === 0) return body;
  return amended(struct, body, {
    Labels: withEntries(objectOf(body.get("Labels")), forced.labels),
  });
}

const NETWORK: WireType = wireType("#NetworkCreateRequest");
const CONNECT: WireType = wireType("#NetworkConnectRequest");
const ENDPOINT: WireType = wireType("#EndpointSettings");
const VOLUME: WireType = wireType("#VolumeCreateRequest");

export const createNetwork: Handler = (request, context) => {
  const body = withForcedLabels("NetworkCreateRequest", bodyOf(request), context.client);
  const wanted = new Wanted();
  addNetwork(textOf(valueAt(body, "ConfigFrom", "Network")), context.client, wanted);
  return goOn(gather(wanted, context), (facts) => {
    const judging = judgingOf({ ...request, body }, context, facts);
    checkFields(body, NETWORK, "", judging);
    return judged(request, judging, body);
  });
};

/** Whose the container is, ownership has said before. */
export const connectNetwork: Handler = (request, context) => {
  const body = bodyOf(request);
  const endpoint = objectOf(body.get("EndpointConfig"));
  const name = request.names.get("id") ?? "";
  const wanted = new Wanted();
  addNetwork(name, context.client, wanted);
  for (const text of textsOf(endpoint.get("Links"))) addLink(text, wanted);
  return goOn(gather(wanted, context), (facts) => {
    const settled = body.has("EndpointConfig")
      ? amended("NetworkConnectRequest", body, {
          EndpointConfig: amended("EndpointSettings", endpoint, { NetworkID: undefined }),
        })
      : body;
    const judging = judgingOf({ ...request, body: settled }, context, facts, name);
    if (isNeutralAs(settled.get("EndpointConfig"), ENDPOINT)) judgeNetwork(name, "id", judging);
    checkFields(settled, CONNECT, "", judging);
    return judged(request, judging, settled);
  });
};

export const createVolume: Handler = (request, context) => {
  const body = withForcedLabels("VolumeCreateRequest", bodyOf(request), context.client);
  const wanted = new Wanted();
  addOptions(body.get("DriverOpts"), wanted);
  return goOn(gather(wanted, context), (facts) => {
    const judging = judgingOf({ ...request, body }, context, facts);
    checkFields(body, VOLUME, "", judging);
    const settled = amended("VolumeCreateRequest", body, {
      DriverOpts: settleOptions(body.get("DriverOpts"), facts),
    });
    return judged(request, judging, settled);
  });
};
