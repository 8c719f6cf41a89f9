/** Certificates for tests: an authority, a server on this machine, a client. */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes `ca.pem`, `cert.pem` and `key.pem` into `folder/server` and `folder/client`, for `localhost`
 * and 127.0.0.1, good for a day.
 */
export function writeCertificates(folder: string): void {
  const openssl = (...words: string[]): void => {
    const { status, stderr } = spawnSync("openssl", words, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${words.join(" ")}: ${stderr}`);
  };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "1",
    "-subj",
    "/CN=test authority",
  );
  for (const [name, use] of [
    ["server", "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n"],
    ["client", "extendedKeyUsage=clientAuth\n"],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "extensions"), use);
    openssl(
      "req",
      ...newKey,
      "-keyout",
      `${name}/key.pem`,
      "-out",
      `${name}/request`,
      "-subj",
      `/CN=${name}`,
    );
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1"];
    const extensions = ["-extfile", `${name}/extensions`];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}/request`,
      ...signed,
      ...extensions,
      "-out",
      `${name}/cert.pem`,
    );
    openssl("x509", "-in", "ca.pem", "-out", `${name}/ca.pem`);
  }
}
