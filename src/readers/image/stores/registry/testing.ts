/** A registry for tests: serves an OCI layout, and misbehaves as it is told. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../testing.ts";

/** Answers a request, or gives false so that the layout is served. */
export type Misbehaviour = (
  request: IncomingMessage & { readonly url: string },
  response: ServerResponse,
) => boolean | Promise<boolean>;

export interface FakeRegistry {
  /** `localhost:PORT` */
  readonly host: string;
  readonly port: number;
  /** As they came, with what each carried. */
  readonly requests: readonly {
    readonly path: string;
    readonly method: string;
    readonly authorization: string | undefined;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
  readonly stop: () => Promise<void>;
}

export interface FakeRegistryOptions {
  /** Of `ociLayout`; its image goes by the name `app` and the tag `1`. */
  readonly directory?: string;
  readonly misbehave?: Misbehaviour;
  readonly tls?: Certificate;
}

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  /** Files: of both, and of the authority. */
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly authority: string;
  readonly remove: () => void;
}

export async function fakeRegistry({
  directory,
  misbehave,
  tls,
}: FakeRegistryOptions): Promise<FakeRegistry> {
  const requests: FakeRegistry["requests"][number][] = [];
  const sockets = new Set<Socket>();
  const parts = directory === undefined ? undefined : partsOf(directory);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { url = "/", method = "GET", headers } = request;
    requests.push({
      path: url,
      method,
      headers,
      authorization: headers.authorization,
      body: Buffer.concat(pieces).toString(),
    });
    if ((await misbehave?.(request as Parameters<Misbehaviour>[0], response)) === true) return;
    if (parts === undefined) response.writeHead(404).end();
    else serve(parts, url, headers.range, response);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void handle(request, response).catch(() => response.destroy());
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createSecureServer({ key: tls.key, cert: tls.certificate }, listener);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `localhost:${String(port)}`,
    port,
    requests,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Parts {
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly top: string;
}

function partsOf(directory: string): Parts {
  const folder = join(directory, "blobs", "sha256");
  const blobs = new Map(
    readdirSync(folder).map((name) => [`sha256:${name}`, readFileSync(join(folder, name))]),
  );
  const index = JSON.parse(readFileSync(join(directory, "index.json"), "utf8")) as {
    manifests: { digest: string }[];
  };
  return { blobs, top: index.manifests[0]?.digest ?? "" };
}

function serve(
  { blobs, top }: Parts,
  url: string,
  range: string | undefined,
  response: ServerResponse,
): void {
  const [, kind, name] = /^\/v2\/app\/(manifests|blobs)\/([^?]+)/.exec(url) ?? [];
  const bytes = blobs.get(name === "1" ? top : (name ?? ""));
  if (kind === undefined || bytes === undefined) {
    response.writeHead(url === "/v2/" ? 200 : 404).end();
    return;
  }
  if (kind === "manifests") {
    const { manifests } = JSON.parse(bytes.toString()) as { manifests?: unknown };
    const type = manifests === undefined ? "manifest" : "index";
    response.writeHead(200, {
      "content-type": `application/vnd.oci.image.${type}.v1+json`,
      "docker-content-digest": sha256(bytes),
    });
    response.end(bytes);
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const rest = bytes.subarray(from);
  const length = String(rest.length);
  if (from === 0) response.writeHead(200, { "content-length": length });
  else {
    const whole = String(bytes.length);
    response.writeHead(206, {
      "content-length": length,
      "content-range": `bytes ${String(from)}-${String(bytes.length - 1)}/${whole}`,
    });
  }
  response.end(rest);
}

const NAMES = ["localhost", "registry.test", "cdn.test", "auth.test", "thief.test", "inside.test"];

/** A key and a certificate for `localhost` and names in `.test`, and the authority that signed it, which nobody else knows. */
export function certificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-tls-"));
  const at = (name: string): string => join(folder, name);
  const openssl = (...words: string[]): void => {
    execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Authority",
    "-days",
    "2",
  );
  openssl("req", ...key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
  writeFileSync(
    at("names"),
    `subjectAltName=IP:127.0.0.1,${NAMES.map((name) => `DNS:${name}`).join(",")}\n`,
  );
  const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
  openssl("x509", "-req", "-in", "server.csr", ...signing, "-out", "server.pem", "-days", "2");
  return {
    key: readFileSync(at("server.key"), "utf8"),
    certificate: readFileSync(at("server.pem"), "utf8"),
    keyFile: at("server.key"),
    certificateFile: at("server.pem"),
    authority: at("ca.pem"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
