import fc from "fast-check";
import { expect, test } from "vitest";
import { holdsNoCredential } from "./credential-content.ts";
import { randomText, seededRandom } from "./testing.ts";

const token = randomText("base62", 36, seededRandom(77));
const block = (label: string): string => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;

test.each([
  [".npmrc", "engine-strict=true\nsave-exact=true\n"],
  [".npmrc", "//npm.example.com/:_authToken=${NPM_TOKEN}\nregistry=https://npm.example.com/\n"],
  ["web/.yarnrc.yml", "nodeLinker: node-modules\n"],
  ["NuGet.config", "<configuration><packageSources><clear /></packageSources></configuration>"],
  ["pip.conf", "[global]\nindex-url = https://pypi.example.com/simple\n"],
  ["repo.gpg.key", block("PGP PUBLIC KEY BLOCK")],
  ["dhparam.pem", block("DH PARAMETERS")],
  ["etc/shadow", "root:*:20100:0:99999:7:::\nsshd:!:20100::::::\napp:!*:20100:0:99999:7:::\n"],
  ["etc/shadow-", "root:::0:::::\nbin:!::0:::::\n"],
  ["versions.env", "GO_VERSION=1.24\nNODE_VERSION=22\n"],
])("%s shows that it holds none", (path, text) => {
  expect(holdsNoCredential(path, text)).toBe(true);
});

test.each([
  [".npmrc", `//npm.example.com/:_authToken=${token}\n`],
  [".npmrc", `//a.example/:_authToken=\${NPM_TOKEN}\n//b.example/:_authToken=${token}\n`],
  [".npmrc", `//a.example/:_authToken=\${NPM_TOKEN:-${token}}\n`],
  [".npmrc", `registry=https://me:${token}@npm.example.com/\n`],
  [".yarnrc.yml", `npmAuthToken: ${token}\n`],
  ["nuget.config", "<packageSourceCredentials><a></a></packageSourceCredentials>"],
  ["pip.ini", `extra-index-url = https://ci:${token}@pypi.example.com/simple\n`],
  ["tls.key", block("PRIVATE KEY")],
  ["tls.key", block("CERTIFICATE") + block("RSA PRIVATE KEY")],
  ["der.key", "no text that is known"],
  ["test.env", `DB_PASSWORD=${token}\n`],
  ["shadow", `root:*:20100:0:99999:7:::\napp:$y$j9T$${token}:20100:0:99999:7:::\n`],
  ["shadow", `app:!$6$salt$${token}:20100:0:99999:7:::\n`],
  ["shadow", "app:ab9dKx0Zpq1Wc:20100:0:99999:7:::\n"],
  [".env", "PORT=8080\n"],
  ["id_rsa", "anything"],
  [".npmrc", ""],
  ["big.pem", `${block("CERTIFICATE")}${" ".repeat(70_000)}x`],
])("%s proves nothing, or the contrary", (path, text) => {
  expect(holdsNoCredential(path, text)).toBe(false);
});

test("any content is judged", () => {
  const names = fc.constantFrom(".npmrc", "a.pem", "x.env", "nuget.config", "pip.conf");
  fc.assert(fc.property(names, fc.string(), (path, text) => void holdsNoCredential(path, text)));
});
