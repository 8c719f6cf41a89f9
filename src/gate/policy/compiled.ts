/** What a gate.yaml says, compiled: all that the server needs to listen, connect and judge. */

import type { ClientPolicy } from "./client-policy.ts";

export interface CompiledGate {
  readonly upstream: Upstream;
  /** In the order of the file; names are unique. */
  readonly clients: readonly CompiledClient[];
  /** Each address once. A TLS listener may serve several clients, the others serve one. */
  readonly listeners: readonly Listener[];
  readonly audit?: AuditSettings;
  /** Where /healthz and /metrics are served; undefined serves them nowhere. */
  readonly admin?: AdminAddress;
  /** How long open streams may go on after the gate was told to stop. */
  readonly drainMilliseconds: number;
  readonly limits: GateLimits;
  /** The directory at which the gate sees the engine host's root; undefined: it cannot look there. */
  readonly hostRoot?: string;
}

export interface CompiledClient {
  readonly policy: ClientPolicy;
  /** The preset that it began from, for display. */
  readonly preset?: string;
}

export type Upstream =
  | { readonly kind: "unix"; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      /** Stands before every path of the API, without a slash at its end. */
      readonly basePath: string;
      readonly tls?: UpstreamTls;
    }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** The engine's socket on the other machine, where it is not the usual one. */
      readonly path?: string;
    };

/** Files in PEM, as the policy names them: relative to its own folder. Read at start and at each reload. */
export interface UpstreamTls {
  /** Without it the authorities that Node knows are asked. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type Listener =
  | {
      readonly kind: "unix";
      readonly path: string;
      /** Permission bits of the socket. */
      readonly mode: number;
      /** Numbers; undefined leaves the gate's own. */
      readonly owner?: number;
      readonly group?: number;
      readonly client: string;
    }
  | {
      readonly kind: "tls";
      readonly address: Address;
      /** Files in PEM, as the policy names them: relative to its own folder. */
      readonly cert: string;
      readonly key: string;
      readonly clientCa: string;
      /** Who is who, by certificate. No two are the same; a certificate that fits none or several is refused. */
      readonly identities: readonly Identity[];
    }
  | { readonly kind: "plain"; readonly address: Address; readonly client: string };

export interface Address {
  /** An IP address without brackets, or a name. */
  readonly host: string;
  readonly port: number;
}

export interface Identity {
  readonly client: string;
  readonly certificate: CertificateName;
}

/** What must stand in a client's certificate, letter by letter: the subject's CN, or one alternative name. */
export interface CertificateName {
  readonly kind: "common-name" | "dns" | "uri" | "email";
  readonly value: string;
}

export interface AuditSettings {
  /** As the policy names it: relative to its own folder. `-` for standard output. */
  readonly file: string;
  /** The file is rotated before it grows beyond this. */
  readonly maxBytes: number;
  /** How many rotated files stay beside it. */
  readonly keep: number;
  /** What becomes of requests while no line can be written. */
  readonly onFailure: "deny" | "continue";
}

export type AdminAddress =
  | { readonly kind: "tcp"; readonly address: Address }
  | { readonly kind: "unix"; readonly path: string };

export interface GateLimits {
  /** Of a JSON body. */
  readonly bodyBytes: number;
  /** Of an upload: a build context, an archive, an image to load. */
  readonly uploadBytes?: number;
  /** Of a request's head. */
  readonly headBytes: number;
  /** From the first byte of a connection, or of the next request, to the end of its head. */
  readonly headMilliseconds: number;
  /** From the end of a head to the end of its JSON body. */
  readonly bodyMilliseconds: number;
  /** How long a connection may stand without a request. */
  readonly idleMilliseconds: number;
  /** Connections of all clients at a time. */
  readonly connections: number;
  /** Connections to the engine at a time. */
  readonly upstreamConnections: number;
}
