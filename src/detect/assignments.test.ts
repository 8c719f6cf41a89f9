import fc from "fast-check";
import { expect, test } from "vitest";
import { findAssignedSecrets } from "./assignments.ts";
import { randomText, seededRandom } from "./testing.ts";

const secret = randomText("base62", 18, seededRandom(4));

test.each([
  `DB_PASSWORD=${secret}`,
  `export API_TOKEN="${secret}"`,
  `db_password: ${secret}`,
  `  - name: x\n    secret_key: '${secret}'\n`,
  `{\n  "apiKey": "${secret}",\n}`,
  `spring.datasource.password=${secret}\r\nx=1`,
  `url = postgres://app:${secret}@db/x`,
])("%s", (text) => {
  const found = findAssignedSecrets(text);
  expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([secret]);
  expect(JSON.stringify(found)).not.toContain(secret.slice(0, 6));
});

test.each([
  "DB_PASSWORD=",
  "DB_PASSWORD=${X}",
  "password_file: /run/secrets/x",
  "# password: see the wiki",
  "token_ttl: 3600",
  "name: value",
  // The configuration that comes with OpenSSL.
  "private_key\t= $dir/private/cakey.pem# The private key",
  "challengePassword\t\t= A challenge password",
  "secret = pass:insta # can be used for both client and server side",
  "secret = $insta::secret # pass:insta",
  "secret = # disable PBM",
  "",
])("%s holds none", (text) => {
  expect(findAssignedSecrets(text)).toEqual([]);
});

test("any text is searched, in order and within its bounds", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("password", "=", ": ", "\n", "'", '"', secret, "://", "@"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      for (const { start, end } of findAssignedSecrets(text)) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(start).toBeLessThanOrEqual(end);
      }
    }),
  );
});

test("long files are searched in time", () => {
  const start = performance.now();
  findAssignedSecrets(`password = ${secret}\n`.repeat(30_000));
  findAssignedSecrets("a".repeat(1_000_000));
  expect(performance.now() - start).toBeLessThan(1500);
});

test("a quote that is never closed belongs to the value", () => {
  const text = "password='/k3Vq9Lw0";
  expect(findAssignedSecrets(text)).toMatchObject([{ start: 9, end: text.length }]);
});
