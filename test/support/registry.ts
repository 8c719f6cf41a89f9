/** A real registry for tests: Debian's docker-registry with TLS and a password, and a way to push to it. */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { certificate } from "../../src/readers/image/stores/registry/testing.ts";
import type { Certificate } from "../../src/readers/image/stores/registry/testing.ts";

export interface TestRegistry {
  /** `localhost:PORT` */
  readonly host: string;
  readonly tls: Certificate;
  readonly username: string;
  readonly password: string;
  /** Where its storage lies. */
  readonly folder: string;
  /** A directory with a Docker `config.json` that holds the credentials. */
  readonly dockerConfig: string;
  /** Pushes the image of an OCI layout; gives the digest of its top. */
  readonly push: (directory: string, repository: string, tag: string) => Promise<string>;
  readonly put: (path: string, type: string, content: Uint8Array) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Why no registry can be started here; undefined when one can. */
export function registryMissing(): string | undefined {
  if (!existsSync("/usr/bin/docker-registry")) return "docker-registry is not installed";
  return existsSync("/usr/bin/openssl") ? undefined : "openssl is not installed";
}

const USERNAME = "robot";
const PASSWORD = "Xk29-swordfish-77";
/** Of both, as `htpasswd -B` writes it: the registry reads nothing else. */
const HTPASSWD = "robot:$2y$05$/Kl3qEtMfM0R2uu0OK2q/uXM72Y7crgU3TJwO2mBlAj/dTg4Auoa2\n";

export async function startRegistry(): Promise<TestRegistry> {
  const tls = certificate();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-registry-"));
  const port = await freePort();
  const host = `localhost:${String(port)}`;
  const configuration = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: {
      addr: `127.0.0.1:${String(port)}`,
      tls: { certificate: tls.certificateFile, key: tls.keyFile },
    },
    auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
  };
  writeFileSync(join(folder, "htpasswd"), HTPASSWD);
  writeFileSync(join(folder, "registry.yml"), JSON.stringify(configuration));
  const auth = Buffer.from(`${USERNAME}:${PASSWORD}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  const daemon = spawn("/usr/bin/docker-registry", ["serve", join(folder, "registry.yml")], {
    stdio: "ignore",
  });
  const ca = readFileSync(tls.authority);
  const send = (
    method: string,
    url: string,
    type = "",
    content = Buffer.alloc(0),
  ): Promise<{ status: number; location: string }> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Basic ${auth}`,
        "content-type": type,
        "content-length": content.length,
      };
      const sent = request(new URL(url, `https://${host}/`), { method, ca, headers }, (answer) => {
        answer.resume().on("end", () => {
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? "" });
        });
      });
      sent.on("error", reject).end(content);
    });
  for (let tries = 0; ; tries++) {
    const up = await send("GET", "/v2/").catch(() => undefined);
    if (up?.status === 200) break;
    if (tries > 80 || daemon.exitCode !== null) throw new Error("the registry did not start");
    await sleep(125);
  }
  const put = async (path: string, type: string, content: Uint8Array): Promise<number> =>
    (await send("PUT", `/v2/${path}`, type, Buffer.from(content))).status;

  const push: TestRegistry["push"] = async (directory, repository, tag) => {
    const blobs = join(directory, "blobs", "sha256");
    const manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
    for (const hex of readdirSync(blobs)) {
      const bytes = readFileSync(join(blobs, hex));
      const type = manifestType(bytes);
      if (type === undefined) {
        const { location } = await send("POST", `/v2/${repository}/blobs/uploads/`);
        const at = new URL(location, `https://${host}/`);
        at.searchParams.set("digest", `sha256:${hex}`);
        expectCreated((await send("PUT", at.href, "application/octet-stream", bytes)).status);
      } else manifests.set(`sha256:${hex}`, { type, bytes });
    }
    const index = JSON.parse(readFileSync(join(directory, "index.json"), "utf8")) as {
      manifests: { digest: string }[];
    };
    const top = index.manifests[0]?.digest ?? "";
    // What others refer to comes first.
    const ordered = [...manifests].sort(
      ([, a], [, b]) => Number(a.type.includes("index")) - Number(b.type.includes("index")),
    );
    for (const [digest, { type, bytes }] of ordered) {
      const reference = digest === top ? tag : digest;
      expectCreated(await put(`${repository}/manifests/${reference}`, type, bytes));
    }
    return top;
  };
  return {
    host,
    tls,
    username: USERNAME,
    password: PASSWORD,
    folder,
    dockerConfig: folder,
    push,
    put,
    stop: async () => {
      daemon.kill("SIGKILL");
      for (
        let tries = 0;
        daemon.exitCode === null && daemon.signalCode === null && tries < 40;
        tries++
      ) {
        await sleep(50);
      }
      tls.remove();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function expectCreated(status: number): void {
  if (status !== 201) throw new Error(`the registry answers a push with ${String(status)}`);
}

/** Of a document that is a manifest or an index. */
function manifestType(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  const { manifests, layers } = JSON.parse(bytes.toString()) as {
    manifests?: unknown;
    layers?: unknown;
  };
  if (Array.isArray(manifests)) return "application/vnd.oci.image.index.v1+json";
  return Array.isArray(layers) ? "application/vnd.oci.image.manifest.v1+json" : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
