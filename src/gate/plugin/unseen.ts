/**
 * What dockerd does not show a plugin, and which requests a plugin must therefore refuse. Measured with
 * Engine 20.10; read in moby pkg/authorization/authz.go.
 *
 * - A body is shown only when the first Content-Type is application/json, never for /auth, and not beyond
 *   1 MiB before Engine 29.3.1.
 * - Parameters in a form body go before those of the query. Of two Content-Type headers dockerd obeys the
 *   first and shows the last, so that a form can hide. Only `Content-Length: 0` tells that there is no body:
 *   Go takes that header away when the body is chunked.
 */

import type { Denial, GateRequest } from "../judge/contract.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { RawHeaders } from "../wire/headers.ts";
import type { AuthorizationRequest } from "./protocol.ts";

const PROXY = "Send it through a gate that stands before the engine as a proxy";

/** What an image to load holds is judged by nobody, and its parameters by no policy. */
const FREE_UPLOADS = new Set(["ImageLoad"]);

/** A plugin that guards the engine is not switched off by those whom it guards. */
const GUARDED = new Set(["PluginDisable", "PluginDelete"]);

export function unseenDenial(
  shown: AuthorizationRequest,
  { operation }: GateRequest,
  client: ClientPolicy,
): Denial | undefined {
  const { id, body } = operation;
  if (GUARDED.has(id)) {
    return denial(
      "plugin-guard",
      "",
      "plugins are not disabled or removed past an authorization plugin",
      "Do it on the engine's host",
    );
  }
  if (operation.response === "http2") {
    return denial(
      "plugin-cannot-see",
      "upgrade",
      "what goes over this connection is shown to no plugin",
      "Build with DOCKER_BUILDKIT=0 through a gate that is a proxy, or with a builder of your own",
    );
  }
  if (id === "ImageBuild") {
    return denial(
      "plugin-cannot-see",
      "",
      "a build's parameters can stand in a body that the engine shows to no plugin",
      PROXY,
    );
  }
  if (id === "PutContainerArchive") {
    return denial(
      "plugin-cannot-see",
      "",
      "the archive that the engine would unpack as root is shown to no plugin",
      PROXY,
    );
  }
  if (id === "SystemAuth") return loginDenial(client);
  if (operation.method !== "POST" && operation.method !== "PUT") return undefined;
  if (shown.body !== undefined) return truncated(shown);
  if (FREE_UPLOADS.has(id) || lengthOf(shown.headers) === "0") return undefined;
  return body.kind === "json"
    ? denial(
        "plugin-cannot-see",
        "",
        "the engine does not show this request's body: it is none of application/json, or too large",
        "Send less than 1 MiB of application/json",
      )
    : denial(
        "plugin-cannot-see",
        "content-length",
        "this request may have a body that the engine shows to no plugin, with parameters that override those of its query",
        "Send Content-Length: 0 and no body",
      );
}

/** The registry that is asked stands in a body that is never shown. */
function loginDenial({ grants }: ClientPolicy): Denial | undefined {
  if (grants.registries === undefined) return undefined;
  return denial(
    "plugin-cannot-see",
    "",
    "the engine does not show to which registry this logs in, and the policy names registries",
    "Log in without asking the engine: write the credentials to the client's configuration",
  );
}

function truncated({ headers, body }: AuthorizationRequest): Denial | undefined {
  const length = lengthOf(headers);
  if (length === undefined || length === String(body?.byteLength)) return undefined;
  return denial(
    "plugin-cannot-see",
    "content-length",
    "the engine shows another length of the body than the request has",
    PROXY,
  );
}

function lengthOf(headers: RawHeaders): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
}

function denial(rule: string, at: string, message: string, help: string): Denial {
  return { status: 403, rule, at, message, help };
}
