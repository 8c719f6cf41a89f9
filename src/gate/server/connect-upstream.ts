/** How the gate reaches the engine. */

import { readFileSync } from "node:fs";
import { connect as connectSocket, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { connectSsh } from "../../engine/transport/ssh.ts";
import type { Upstream } from "../policy/compiled.ts";

export interface UpstreamWay {
  /** For people: `unix:///var/run/docker.sock`. */
  readonly name: string;
  /** Stands before every path. */
  readonly basePath: string;
  /** Rejects when the engine cannot be reached. */
  readonly connect: () => Promise<Duplex>;
}

const CONNECT_MILLISECONDS = 10_000;

/** Throws when a file of its TLS material cannot be read. */
export function upstreamWay(upstream: Upstream): UpstreamWay {
  if (upstream.kind === "unix") {
    const { path } = upstream;
    return {
      name: `unix://${path}`,
      basePath: "",
      connect: () => opened(connectSocket({ path, allowHalfOpen: true }), "connect"),
    };
  }
  if (upstream.kind === "ssh") {
    const name = `ssh://${upstream.host}`;
    // It fails with its first byte: ssh says nothing of success.
    const connect = (): Promise<Duplex> =>
      Promise.resolve(connectSsh({ ...upstream, kind: "ssh", name }));
    return { name, basePath: "", connect };
  }
  const { host, port, basePath, tls } = upstream;
  if (tls === undefined) {
    return {
      name: `tcp://${host}:${String(port)}`,
      basePath,
      connect: () =>
        opened(connectSocket({ host, port, allowHalfOpen: true, noDelay: true }), "connect"),
    };
  }
  // Node's documentation has allowHalfOpen here, its types do not.
  const material: ConnectionOptions & { readonly allowHalfOpen: true } = {
    ...(tls.ca === undefined ? {} : { ca: readFileSync(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: readFileSync(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: readFileSync(tls.key) }),
    minVersion: "TLSv1.2",
    // Written out, so that no variable of the environment switches it off.
    rejectUnauthorized: true,
    ALPNProtocols: ["http/1.1"],
    allowHalfOpen: true,
  };
  const servername = /^[\d.]+$|:/.test(host) ? undefined : host;
  return {
    name: `tcp://${host}:${String(port)} with TLS`,
    basePath,
    connect: () =>
      opened(
        connectTls({
          ...material,
          host,
          port,
          ...(servername === undefined ? {} : { servername }),
        }),
        "secureConnect",
      ),
  };
}

function opened(socket: Socket, event: "connect" | "secureConnect"): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no connection within ${String(CONNECT_MILLISECONDS / 1000)} s`));
    }, CONNECT_MILLISECONDS);
    const failed = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once("error", failed);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeListener("error", failed);
      resolve(socket);
    });
  });
}
