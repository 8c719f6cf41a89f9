/** Listeners: a connection in, with the client that it belongs to. */

import { chmodSync, chownSync, readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
  TLSSocket,
} from "node:tls";
import type { Listener } from "../policy/compiled.ts";
import { clientOf } from "./certificate.ts";
import { bindUnixSocket } from "./unix-socket.ts";

export interface Listening {
  /** What stays the same when the policy changes: the address. */
  readonly key: string;
  /** For people: `unix:///run/plimsoll/ci.sock`. */
  readonly name: string;
  /** The port that was given, for an address with port 0. */
  readonly port?: number;
  /** The client that a connection of this listener belongs to, by the policy of now. */
  readonly clientOf: (socket: Socket) => string | undefined;
  /** Another policy for the same address. Nothing holds before it is committed. */
  readonly prepare: (listener: Listener) => Prepared;
  /** New connections are refused; those that there are go on. */
  readonly close: () => void;
}

export interface ListenHooks {
  /** Of a connection whose client is known. */
  readonly onConnection: (socket: Socket, client: string, listening: Listening) => void;
  /** A certificate names no client, or the handshake failed. */
  readonly onStranger: (listener: string, why: string) => void;
}

export type Prepared =
  | { readonly ok: true; readonly commit: () => void; readonly revert: () => void }
  | { readonly ok: false; readonly why: string };

export type Opened =
  | { readonly ok: true; readonly value: Listening }
  | { readonly ok: false; readonly why: string };

const HANDSHAKE_MILLISECONDS = 10_000;
const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true };

export async function openListener(listener: Listener, hooks: ListenHooks): Promise<Opened> {
  const name = listenerName(listener);
  let current = listener;
  const clientFor = (socket: Socket): string | undefined => {
    if (current.kind !== "tls") return current.client;
    if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
    const certificate = socket.getPeerX509Certificate();
    return certificate === undefined ? undefined : clientOf(certificate, current.identities);
  };
  const onSocket = (socket: Socket): void => {
    const client = clientFor(socket);
    if (client !== undefined) {
      hooks.onConnection(socket, client, listening);
      return;
    }
    socket.destroy();
    hooks.onStranger(name, "the certificate names no client of the policy, or several");
  };
  let server: Server | TlsServer;
  const read = readMaterial(listener);
  if (typeof read === "string") return { ok: false, why: read };
  let material: SecureContextOptions = read;
  try {
    server = makeServer(listener, material, onSocket, (why) => hooks.onStranger(name, why));
  } catch (error) {
    return { ok: false, why: `${name} cannot be listened on: ${messageOf(error)}` };
  }
  const why =
    listener.kind === "unix"
      ? await bindUnixSocket(server, listener)
      : await bindAddress(server, listener.address.host, listener.address.port, name);
  if (why !== undefined) return { ok: false, why };
  // A full table of descriptors refuses one connection, not the listener.
  server.on("error", () => undefined);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : undefined;
  const listening: Listening = {
    key: listenerKey(listener),
    name,
    clientOf: clientFor,
    prepare: (next) => {
      const before = current;
      const revert = (): void => void changeServer(server, next, before, material);
      const nextMaterial = readMaterial(next);
      if (typeof nextMaterial === "string") return { ok: false, why: nextMaterial };
      const why = changeServer(server, before, next, nextMaterial);
      if (why !== undefined) {
        revert();
        return { ok: false, why };
      }
      const commit = (): void => {
        current = next;
        material = nextMaterial;
      };
      return { ok: true, commit, revert };
    },
    close: () => void server.close(),
    ...(port === undefined ? {} : { port }),
  };
  return { ok: true, value: listening };
}

/** Two listeners with the same key cannot stand beside one another. */
export function listenerKey(listener: Listener): string {
  return listener.kind === "unix"
    ? `unix ${listener.path}`
    : `${listener.kind} ${listener.address.host} ${String(listener.address.port)}`;
}

export function listenerName(listener: Listener): string {
  if (listener.kind === "unix") return `unix://${listener.path}`;
  const { host, port } = listener.address;
  const shown = host.includes(":") ? `[${host}]` : host;
  return `tcp://${shown}:${String(port)}${listener.kind === "tls" ? " with TLS" : ""}`;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Empty for a listener without TLS; a sentence where a file of the certificate cannot be read. */
function readMaterial(listener: Listener): SecureContextOptions | string {
  if (listener.kind !== "tls") return {};
  try {
    return {
      cert: readFileSync(listener.cert),
      key: readFileSync(listener.key),
      ca: readFileSync(listener.clientCa),
      minVersion: "TLSv1.2",
    };
  } catch (error) {
    return `${listenerName(listener)}: ${messageOf(error)}`;
  }
}

/** Throws where the files hold no certificate. */
function makeServer(
  listener: Listener,
  material: SecureContextOptions,
  onSocket: (socket: Socket) => void,
  onStranger: (why: string) => void,
): Server {
  if (listener.kind !== "tls") return createServer(SOCKET_OPTIONS, onSocket);
  const server = createTlsServer(
    {
      ...SOCKET_OPTIONS,
      ...material,
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_MILLISECONDS,
      ALPNProtocols: ["http/1.1"],
    },
    onSocket,
  );
  server.on("tlsClientError", ({ message }: Error, socket: TLSSocket) => {
    socket.destroy();
    onStranger(message);
  });
  return server;
}

/** Why it cannot be changed, as a sentence. */
function changeServer(
  server: Server | TlsServer,
  current: Listener,
  next: Listener,
  material: SecureContextOptions,
): string | undefined {
  try {
    if (next.kind === "tls" && "setSecureContext" in server) {
      // Also where the policy is the same: certificates are renewed in place.
      server.setSecureContext(material);
    } else if (next.kind === "unix" && current.kind === "unix") {
      if (next.owner !== current.owner || next.group !== current.group) {
        chownSync(next.path, next.owner ?? -1, next.group ?? -1);
      }
      chmodSync(next.path, next.mode);
    }
    return undefined;
  } catch (error) {
    return `${listenerName(next)} cannot be changed: ${messageOf(error)}`;
  }
}

function bindAddress(
  server: Server,
  host: string,
  port: number,
  name: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(`${name} cannot be listened on: ${error.message}`));
    server.listen({ host, port, backlog: 511 }, () => resolve(undefined));
  });
}
