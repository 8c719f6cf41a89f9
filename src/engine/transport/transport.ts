/** How requests get to an endpoint: connections are kept, and few are open at a time. */

import type { ClientRequest, RequestOptions } from "node:http";
import { Agent, request } from "node:http";
import { Agent as TlsAgent, request as requestTls } from "node:https";
import type { Endpoint } from "../endpoint.ts";
import { connectSsh } from "./ssh.ts";

export interface Transport {
  readonly endpoint: Endpoint;
  readonly basePath: string;
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly close: () => void;
}

export const MAX_SOCKETS = 4;
const KEPT = { keepAlive: true, maxSockets: MAX_SOCKETS } as const;

export function createTransport(endpoint: Endpoint): Transport {
  if (endpoint.kind === "tcp" && endpoint.tls !== undefined) {
    const { host, port, basePath, tls } = endpoint;
    const { verify, ...material } = tls;
    const agent = new TlsAgent({
      ...KEPT,
      ...material,
      minVersion: "TLSv1.2",
      // Written out, so that no variable of the environment switches it off.
      rejectUnauthorized: verify,
    });
    return {
      endpoint,
      basePath,
      request: (options) => requestTls({ ...options, agent, host, port }),
      close: () => agent.destroy(),
    };
  }
  const agent = new Agent(KEPT);
  const close = (): void => agent.destroy();
  if (endpoint.kind === "tcp") {
    const { host, port, basePath } = endpoint;
    return {
      endpoint,
      basePath,
      close,
      request: (options) => request({ ...options, agent, host, port }),
    };
  }
  if (endpoint.kind === "unix") {
    const { path: socketPath } = endpoint;
    return {
      endpoint,
      basePath: "",
      close,
      request: (options) => request({ ...options, agent, socketPath }),
    };
  }
  agent.createConnection = () => connectSsh(endpoint);
  return { endpoint, basePath: "", close, request: (options) => request({ ...options, agent }) };
}
