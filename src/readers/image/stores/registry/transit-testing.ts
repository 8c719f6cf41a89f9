/** What the tests share that watch who is shown what. For `afterAll`: `cleanUpFile`. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CredentialPlaces } from "./credentials/find-credentials.ts";
import type { ResolveAll } from "./network-guard.ts";
import type { RegistryOptions } from "./registry-store.ts";
import { registry } from "./store-testing.ts";
import type { Certificate, FakeRegistry, Misbehaviour } from "./testing.ts";
import { certificate } from "./testing.ts";

export const PASSWORD = "Xk29-swordfish-77";
export const REFRESH = "Xk29-refresh-77";
export const BASIC = `Basic ${Buffer.from(`robot:${PASSWORD}`).toString("base64")}`;

const folder = mkdtempSync(join(tmpdir(), "plimsoll-transit-"));
let made: Certificate | undefined;

/** For `afterAll`. */
export function cleanUpFile(): void {
  made?.remove();
  rmSync(folder, { recursive: true });
}

export const noOpenssl = spawnSync("openssl", ["version"]).status !== 0;

/** Made once for all tests of a file. */
export function tls(): Certificate {
  made ??= certificate();
  return made;
}

/** All names lead to this machine. */
export const here: ResolveAll = (_name, _options, callback) =>
  callback(null, [{ address: "127.0.0.1", family: 4 }]);

let configurations = 0;
export function knows(auths: Readonly<Record<string, unknown>>): CredentialPlaces {
  const directory = join(folder, String(configurations++));
  mkdirSync(directory);
  writeFileSync(join(directory, "config.json"), JSON.stringify({ auths }));
  return { environment: { DOCKER_CONFIG: directory }, home: "/nonexistent" };
}

export const robot = { auth: Buffer.from(`robot:${PASSWORD}`).toString("base64") };

/** Lets in who shows this, and asks the others for it. */
export function wants(header: string, challenge: string | (() => string)): Misbehaviour {
  return ({ headers }, response) => {
    if (headers.authorization === header) return false;
    response
      .writeHead(401, {
        "www-authenticate": typeof challenge === "string" ? challenge : challenge(),
      })
      .end("{}");
    return true;
  };
}

/** A token service that gives the token `good`. */
export function tokenService(
  more: { readonly tls?: Certificate; readonly answer?: Misbehaviour } = {},
): Promise<FakeRegistry> {
  return registry({
    ...(more.tls === undefined ? {} : { tls: more.tls }),
    misbehave:
      more.answer ??
      ((_request, response) => {
        response.writeHead(200).end(JSON.stringify({ token: "good", expires_in: 300 }));
        return true;
      }),
  });
}

/** How many credentials are in what was found or in why not. */
export function secretsIn(value: unknown): number {
  const text = JSON.stringify(value);
  return [PASSWORD, REFRESH, BASIC.slice(6), "good"].filter((secret) => text.includes(secret))
    .length;
}

export function secure(more: Partial<RegistryOptions> = {}): Partial<RegistryOptions> {
  return { resolve: here, authorities: tls().authority, ...more };
}

/** Sends layers on to where this says. */
export function sendsOn(location: () => string, status = 307): Misbehaviour {
  return ({ url }, response) => {
    if (!url.includes("/blobs/")) return false;
    response.writeHead(status, { location: location() }).end("over there");
    return true;
  };
}
