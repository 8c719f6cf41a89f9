/** Files that look as if they held secrets and hold none. */

import { createHash } from "node:crypto";
import { tokenDetectors } from "../../src/detect/detectors.ts";
import { nearMissesOf } from "../../src/detect/testing.ts";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import { pem } from "./known-forms.ts";
import type { Plan } from "./plan.ts";
import { letters } from "./plan.ts";

export function decoys({ random, noise, words }: Plan): Entry[] {
  const hash = (kind: string): string => createHash(kind).update(noise(20)).digest("hex");
  const integrity = (): string =>
    `sha512-${createHash("sha512").update(noise(20)).digest("base64")}`;
  const uuid = (): string =>
    hash("md5").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const many = (count: number, line: () => string): string =>
    Array.from({ length: count }, () => `${line()}\n`).join("");
  const packages = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `node_modules/${letters(random, 8).toLowerCase()}-${String(index)}`,
      {
        version: "1.2.3",
        resolved: "https://registry.npmjs.org/x/-/x-1.2.3.tgz",
        integrity: integrity(),
      },
    ]),
  );
  // Of some detectors a near miss of one is a value of another.
  const misses = tokenDetectors.filter(
    ({ anchorIsName, gap, inspect, boundary, before }) =>
      anchorIsName !== true &&
      gap === undefined &&
      inspect === undefined &&
      boundary === undefined &&
      before === undefined,
  );
  const files: Record<string, string | Buffer> = {
    "decoys/package-lock.json": JSON.stringify({ lockfileVersion: 3, packages }, undefined, 2),
    "decoys/go.sum": many(
      200,
      () =>
        `golang.org/x/text v0.3.7 h1:${createHash("sha256").update(noise(20)).digest("base64")}`,
    ),
    "decoys/SHA256SUMS": many(200, () => `${hash("sha256")}  some-file.tar.gz`),
    "var/lib/dpkg/info/decoy.md5sums": many(200, () => `${hash("md5")}  usr/share/doc/x`),
    "decoys/ids.txt": many(200, uuid),
    "decoys/digests.yaml": many(
      50,
      () => `image: registry.corp.invalid/app@sha256:${hash("sha256")}`,
    ),
    "decoys/Cargo.lock": many(100, () => `checksum = "${hash("sha256")}"`),
    "decoys/.env.example": "DB_PASSWORD=changeme\nAPI_KEY=your-api-key\n",
    "decoys/config.yaml":
      "password: ${DB_PASSWORD}\nsecret: <secret>\ntoken: xxxxxxxxxxxxxxxx\napi_key: YOUR_API_KEY\npassword_file: /run/secrets/db\ntoken_url: https://corp.invalid/token\nmax_tokens: 4096\ntokenizer: cl100k_base\npasswordPolicy: strong\n",
    "decoys/app.conf": "secret_key_base = {{ secret }}\nauth_token = %(token)s\npassword =\n",
    "etc/ssl/certs/ca.pem": `${pem(random, "CERTIFICATE", 1200)}\n`,
    "etc/ssl/certs/public.pem": `${pem(random, "PUBLIC KEY", 400)}\n`,
    "root/.ssh/id_rsa.pub": `ssh-rsa AAAAB3NzaC1yc2E${letters(random, 350)} someone@host\n`,
    "root/.ssh/authorized_keys": `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${letters(random, 48)} someone\n`,
    "root/.ssh/known_hosts": `github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${letters(random, 48)}\n`,
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n",
    "etc/nsswitch.conf": "passwd:         files systemd\nshadow:         files\n",
    "decoys/app.min.js": `!function(){${Array.from({ length: 3000 }, () => `var ${letters(random, 2)}="${letters(random, 6)}";function ${letters(random, 3)}(e,t){return e.password=t.token}`).join("")}}();`,
    "decoys/data.bin": noise(1_500_000),
    "decoys/base64.txt": many(500, () => noise(57).toString("base64")),
    "decoys/hex.txt": many(500, () => noise(30).toString("hex")),
    "decoys/README.md": `${words(200)}\n\nSet \`DB_PASSWORD\` to your password: postgres://user:<password>@localhost/db\nexport GITHUB_TOKEN=<your token>\ncurl -u user:pass https://example.com\n`,
    "decoys/near.txt": misses
      .flatMap((detector) => nearMissesOf(detector, random).slice(0, 2))
      .map((text) => `${text}\n`)
      .join(""),
    "decoys/pictures.svg": `<svg><path d="${Array.from({ length: 2000 }, () => Math.floor(random() * 1000)).join(" ")}"/></svg>`,
  };
  return Object.entries(files).map(([path, content]) => ({ path, content }));
}
