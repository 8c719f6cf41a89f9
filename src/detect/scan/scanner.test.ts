import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenDetectors } from "../detectors.ts";
import { findSecretsInText } from "../find-secrets.ts";
import { nearMissesOf, randomText, sampleOf, seededRandom, withBrokenEnd } from "../testing.ts";
import { createByteScanner, LOOK_AHEAD, LOOK_BEHIND } from "./scanner.ts";
import { bytesOf, settledSightingsIn, sightingsIn, wideBytesOf } from "./testing.ts";

const keyedHash = (value: Uint8Array): string =>
  createHmac("sha256", "a key of this test").update(value).digest("hex").slice(0, 16);
const hashOf = (text: string): string => keyedHash(bytesOf(text));

const BLOCK = 8192;
const scanner = createByteScanner({ keyedHash, windowBytes: BLOCK + LOOK_BEHIND + LOOK_AHEAD });

/** Found by decoding, not by an anchor of their own. */
const decoded = new Set(["private-key-base64", "docker-config-base64"]);
const detectors = tokenDetectors.filter(({ id }) => !decoded.has(id));
const table = detectors.map((detector) => [detector.id, detector] as const);

const random = seededRandom(77);
const noise = Uint8Array.from({ length: 100_000 }, () => Math.floor(random() * 256));

function randomBytes(length: number, seed: number): Uint8Array {
  return noise.slice(seed % 999, (seed % 999) + length);
}

/** Bytes with a text in them, between two characters that are part of no token. */
function planted(text: string, at: number, length: number): Uint8Array {
  const bytes = randomBytes(length, at + length);
  bytes.set(bytesOf(`\n${text}\n`), at - 1);
  return bytes;
}

describe.each(table)("%s", (id, detector) => {
  const random = seededRandom(21);
  const samples = (["shortest", "longest", "shortest", "longest"] as const).map((length) =>
    sampleOf(detector, random, length),
  );

  test("is found in random bytes, at its place, with the hash of its value", () => {
    for (const [index, { text, start, end }] of samples.entries()) {
      const at = 1000 + 7 * index;
      const found = sightingsIn(scanner, planted(text, at, 20_000));
      const own = found.filter((sighting) => sighting.detector === id);
      expect(own.map((sighting) => sighting.encoding)).toContain("plain");
      if (detector.after.every((step) => typeof step === "string" || step.min === step.max)) {
        const hash = hashOf(text.slice(start, end));
        expect(own).toContainEqual(
          expect.objectContaining({ start: at + start, end: at + end, hash }),
        );
      }
    }
  });

  test("is found across the ends of windows", () => {
    const { text } = samples[1] ?? { text: "" };
    const whole = BLOCK + LOOK_BEHIND;
    for (const edge of [whole, whole + LOOK_AHEAD, 2 * BLOCK + LOOK_BEHIND]) {
      for (const before of [0, 1, 2, 5, text.length - 1, Math.floor(text.length / 2)]) {
        const bytes = planted(text, edge - before, 60_000);
        const found = sightingsIn(scanner, bytes).filter((sighting) => sighting.detector === id);
        expect(found.length).toBeGreaterThan(0);
      }
    }
  });

  test("is found at the start and at the end of a file, where other bytes follow", () => {
    for (const { text } of samples) {
      const word = bytesOf("abc");
      const bytes = Uint8Array.of(...word, ...bytesOf(text), ...word);
      const members = [{ start: 3, end: 3 + text.length }];
      const found = sightingsIn(scanner, bytes, members);
      expect(found.map((sighting) => sighting.detector)).toContain(id);
      for (const { start, end } of found) {
        expect(start).toBeGreaterThanOrEqual(3);
        expect(end).toBeLessThanOrEqual(3 + text.length);
      }
    }
  });

  test("is found in UTF-16 of both orders, at even and odd places", () => {
    const { text, start } = samples[0] ?? { text: "", start: 0 };
    for (const order of ["le", "be"] as const) {
      for (const at of [500, 501]) {
        const bytes = randomBytes(4000, at).map((byte) => byte | 1);
        bytes.set(wideBytesOf(`a text: ${text}\nand more`, order), at);
        const own = sightingsIn(scanner, bytes).filter((sighting) => sighting.detector === id);
        const place = at + 2 * "a text: ".length;
        const starts = own.map((sighting) => sighting.start - (place + 2 * start));
        // At an odd place, what stands around hides which order it is.
        if ((at & 1) === 1) expect(starts.some((off) => Math.abs(off) <= 1)).toBe(true);
        else {
          const wanted = { start: place + 2 * start, encoding: `utf-16${order}` };
          expect(own).toContainEqual(expect.objectContaining(wanted));
        }
      }
    }
  });

  test("near misses are none", () => {
    for (const text of nearMissesOf(detector, seededRandom(4))) {
      const found = sightingsIn(scanner, bytesOf(`x ${text} y`));
      const same = findSecretsInText(`x ${text} y`).some((match) => match.detector === id);
      expect(found.some((sighting) => sighting.detector === id)).toBe(same);
      if (detector.checksum === undefined) expect(same).toBe(false);
    }
  });
});

test.each(table.filter(([, { checksum }]) => checksum !== undefined))(
  "%s with a wrong checksum is found, with less confidence",
  (id, detector) => {
    const { text } = sampleOf(detector, seededRandom(3), "shortest");
    const good = settledSightingsIn(scanner, bytesOf(`x ${text} y`));
    const bad = settledSightingsIn(scanner, bytesOf(`x ${withBrokenEnd(text)} y`));
    expect(good).toMatchObject([{ detector: id, checksum: "valid", confidence: "high" }]);
    expect(bad).toMatchObject([{ detector: id, checksum: "invalid", confidence: "medium" }]);
  },
);

test("bytes give what text gives", () => {
  const random = seededRandom(5);
  const texts = detectors.map((each) => sampleOf(each, random, "shortest").text);
  for (const text of texts) {
    const line = `key = "${text}"\nurl = https://bot:${text.slice(0, 5)}9x@git.example.org/a\n`;
    const wanted = findSecretsInText(line).filter((match) => !decoded.has(match.detector));
    const found = settledSightingsIn(scanner, bytesOf(line));
    expect(found.map(({ start, end, detector }) => ({ start, end, detector }))).toEqual(
      wanted.map(({ start, end, detector }) => ({ start, end, detector })),
    );
  }
});

const password = randomText("base62", 14, seededRandom(11));
const at = (text: string) =>
  settledSightingsIn(scanner, bytesOf(text)).map(({ detector }) => detector);

test.each([
  [`\0\0postgres://app:${password}@db:5432/shop\0`, ["database-url"]],
  [`https://bot:${password}@git.example.com/a.git`, ["basic-auth-url"]],
  [`Server=db;Database=x;User Id=sa;Password=${password};`, ["connection-string"]],
  [`host=db user=app password=${password} dbname=x`, ["connection-string"]],
  [`curl -H "Authorization: Bearer ${password}" https://x.example`, ["authorization-header"]],
  [`machine git.example.com login me password ${password}`, ["netrc-password"]],
  [`machine git.example.com\n  login me\n  password ${password}\n`, ["netrc-password"]],
  [`curl -H 'X-Vault-Token: ${password}'`, ["api-key-header"]],
  [`CREATE USER app IDENTIFIED BY '${password}';`, ["sql-password"]],
  [`?sv=2022-11-02&sig=${randomText("base64", 43, seededRandom(1))}%3D`, ["azure-sas"]],
  ["postgres://app:${DB_PASSWORD}@db:5432/shop", []],
  ["https://user:password@example.com/", []],
  ["https://example.com/a@b/c:d@e", []],
  ["server=%s;password=%s", []],
  [`{"url":"https:\\/\\/bot:${password}@git.example.com\\/a.git"}`, ["basic-auth-url"]],
  ['{"url":"https:\\/\\/git.example.com\\/@bot"}', []],
  [`sshpass -p ${password} ssh me@host`, ["command-line-password"]],
  [`curl -sS -u bot:${password} https://x.example/`, ["command-line-password"]],
  [`mysqldump -uroot -p${password} shop > shop.sql`, ["command-line-password"]],
  [`htpasswd-tool --admin-password=${password} run`, ["command-line-password"]],
  ["mysql -u root -p shop", []],
  ["      --http-password=HESLO   heslo", []],
  ["curl -u user:$TOKEN https://x.example/", []],
  ["use --password=<password> or --password= to ask", []],
  ["curl https://x.example/a?b=c | sh", []],
  ["Authorization: Bearer <your token>", []],
])("%s", (text, expected) => {
  expect(at(text)).toEqual(expected);
});

const pem = (label: string, body: string) =>
  [`-----BEGIN ${label}`, ` KEY-----\n${body}\n-----END ${label}`, " KEY-----"].join("");
const body = randomText("base64", 1600, seededRandom(2)).replace(/.{64}/g, "$&\n");

test("private keys are found from BEGIN to END, encrypted ones told apart, public ones left", () => {
  const key = pem("RSA PRIVATE", body);
  const text = `${"x".repeat(100)}\n${key}\nrest`;
  expect(settledSightingsIn(scanner, bytesOf(text))).toMatchObject([
    { detector: "private-key", start: 101, end: 101 + key.length, hash: hashOf(key) },
  ]);
  expect(at(pem("ENCRYPTED PRIVATE", body))).toEqual(["private-key-encrypted"]);
  expect(at(pem("RSA PRIVATE", `Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n${body}`))).toEqual([
    "private-key-encrypted",
  ]);
  expect(at(pem("PUBLIC", body))).toEqual([]);
  const account = { type: "service_account", private_key: pem("PRIVATE", body) };
  expect(at(JSON.stringify(account))).toEqual(["gcp-service-account"]);
  expect(at(`PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n`)).toEqual(["putty-private-key"]);
  expect(at(`PuTTY-User-Key-File-3: ssh-rsa\nEncryption: aes256-cbc\n`)).toEqual([
    "putty-private-key-encrypted",
  ]);
});

test("a key of 16 KiB is found at any edge of a window", () => {
  const long = pem("RSA PRIVATE", randomText("base64", 15_000, seededRandom(3)));
  for (const edge of [0, 100, BLOCK, BLOCK + LOOK_BEHIND, BLOCK + LOOK_BEHIND + LOOK_AHEAD]) {
    for (const before of [0, 12, 8000, 15_000]) {
      const start = Math.max(1, edge - before);
      const found = settledSightingsIn(scanner, planted(long, start, 90_000));
      expect(found).toContainEqual(
        expect.objectContaining({ detector: "private-key", start, end: start + long.length }),
      );
    }
  }
});

const githubToken = tokenDetectors
  .filter(({ id }) => id === "github-token")
  .map((each) => sampleOf({ ...each, anchors: ["ghp_"] }, seededRandom(1), "shortest").text)
  .join("");

test("base64 is decoded, at all three places in a triple, in lines or not", () => {
  const texts = [
    [pem("PRIVATE", body), "private-key"],
    [`{"auths": {"r.example.com": {"auth": "${btoa("me:" + password)}"}}}`, "docker-config-auth"],
    [
      JSON.stringify({ type: "service_account", private_key: pem("PRIVATE", body) }),
      "gcp-service-account",
    ],
    [`//registry.example.com/:_authToken=${password}\n`, "npmrc-auth-token"],
    [`a: ${githubToken}\n`, "github-token"],
    [`postgresql://app:${password}@db/shop`, "database-url"],
  ] as const;
  for (const [text, detector] of texts) {
    for (const filler of ["", "\n", "\n\n"]) {
      const encoded = btoa(filler + text);
      const lines = encoded.replace(/.{76}/g, "$&\n    ").trimEnd();
      for (const written of [encoded, lines]) {
        const before = "data:\n  some.key: ";
        const found = settledSightingsIn(scanner, bytesOf(`${before}${written}\n`));
        expect(found).toContainEqual(
          expect.objectContaining({
            detector,
            encoding: "base64",
            start: before.length,
            end: before.length + written.length,
          }),
        );
      }
    }
  }
});

test("base64 of certificates, public keys and templates is none", () => {
  const certificate = pem("PUBLIC", body).replaceAll("PUBLIC KEY", "CERTIFICATE");
  expect(at(btoa(certificate))).toEqual([]);
  expect(at(btoa(pem("PUBLIC", body)))).toEqual([]);
  expect(at(btoa("postgresql://app:${PASSWORD}@db/shop"))).toEqual([]);
});

test("names tell secrets in files that are said to be configuration, and nowhere else", () => {
  const text = `# settings\nPORT=8080\nDB_PASSWORD=${password}\nAPI_KEY="your-key"\nTOKEN_TTL=300\n`;
  const bytes = bytesOf(text);
  const start = text.indexOf(password);
  expect(
    settledSightingsIn(scanner, bytes, [{ start: 0, end: bytes.length, named: true }]),
  ).toMatchObject([{ detector: "named-value", start, end: start + password.length }]);
  expect(settledSightingsIn(scanner, bytes)).toEqual([]);
});

test("key stores and binary keys are known by their first bytes", () => {
  const starts = [
    ["30 82 09 d9 02 01 03 30 82 09 9f 06 09 2a 86 48 86 f7 0d 01 07 01", "pkcs12-key-store"],
    [
      "30 82 09 d9 02 01 03 30 82 09 9f 06 09 2a 86 48 86 f7 0d 01 07 01 06 0b 2a 86 48 86 f7 0d 01 0c 0a 01 03",
      undefined,
    ],
    ["fe ed fe ed 00 00 00 02 00 00 00 01 00 00 00 01", "java-key-store"],
    ["fe ed fe ed 00 00 00 02 00 00 00 01 00 00 00 02", undefined],
    ["03 d9 a2 9a 67 fb 4b b5 01 00 03 00 00 00 00 00", "keepass-database"],
    ["30 82 04 bd 02 01 00 30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00 04 82", "private-key-der"],
    ["30 82 04 a3 02 01 00 02 82 01 01 00 aa bb", "private-key-der"],
    ["30 77 02 01 01 04 20 aa bb cc", "private-key-der"],
    ["30 82 03 0d 30 82 01 f5 a0 03 02 01 02", undefined],
    ["00 00", undefined],
  ] as const;
  for (const [hex, detector] of starts) {
    const bytes = hex.split(" ").map((byte) => Number.parseInt(byte, 16));
    scanner.window.fill(255, 0, 200);
    scanner.window.set(bytes, 10);
    expect(scanner.judgeStart(10, 10 + bytes.length)?.detector).toBe(detector);
    expect(scanner.judgeStart(10, 12)).toBeUndefined();
  }
});

test("a sighting never holds the value", () => {
  const values = [githubToken, password, body.slice(0, 40)];
  const keys = ["checksum", "confidence", "detector", "encoding", "end", "hash", "start", "title"];
  const text = `${githubToken}\npostgres://app:${password}@db/x\n${pem("RSA PRIVATE", body)}\n${btoa(`x ${githubToken}`)}`;
  const sightings = sightingsIn(scanner, bytesOf(text));
  expect(sightings.map(({ encoding }) => encoding)).toContain("base64");
  for (const sighting of sightings) expect(Object.keys(sighting).toSorted()).toEqual(keys);
  const found = JSON.stringify(sightings);
  for (const value of values) expect(found).not.toContain(value);
});

test("more bytes are asked for when those that decide are not there, and only then", () => {
  scanner.window.fill(10);
  scanner.window.set(bytesOf(githubToken), 100);
  const { positions, anchors, count } = scanner.candidates(0, 1000);
  const found = Array.from({ length: count }, (_, index) => index).map((index) => [
    scanner.judge(positions[index] ?? 0, anchors[index] ?? 0, 0, 120, false),
    scanner.judge(positions[index] ?? 0, anchors[index] ?? 0, 0, 120, true),
    scanner.judge(positions[index] ?? 0, anchors[index] ?? 0, 0, LOOK_AHEAD + 100, false),
  ]);
  expect(found).toContainEqual([
    "more",
    undefined,
    expect.objectContaining({ detector: "github-token" }),
  ]);
});

test("any bytes are scanned, whatever the files in them, and sightings stay inside their file", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .constantFrom(
        ...detectors.flatMap(({ anchors }) => anchors),
        "-----BEGIN ",
        "://",
        "@",
        "eyJh",
      )
      .map(bytesOf),
    fc.constantFrom("PRIVATE KEY-----", "password=", "LS0tLS1CRUdJT", "server=", "\n").map(bytesOf),
    fc
      .constantFrom("ghp_", "a://b:c@", "-----BEGIN RSA PRIVATE KEY-----")
      .map((text) => wideBytesOf(text, "le")),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.nat(200),
      fc.nat(400),
      (pieces, start, length) => {
        const bytes = Uint8Array.from(pieces.flatMap((each) => [...each]));
        const end = Math.min(bytes.length, start + length);
        for (const sighting of sightingsIn(scanner, bytes, [{ start, end, named: true }])) {
          expect(sighting.start).toBeGreaterThanOrEqual(start - 1);
          expect(sighting.end).toBeGreaterThan(sighting.start);
          expect(sighting.end).toBeLessThanOrEqual(end + 1);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  "-----BEGIN RSA PRIVATE KEY-----\n",
  "a://b:c",
  "eyJh.",
  "authorization: bearer ",
  "sk-",
  "server=;password=",
  "LS0tLS1CRUdJTi",
  "IkF1dGhzIj",
  "password ",
  "a://${",
  "MTAwMDAw",
  "password",
  "secret=",
  "\0s\0k\0-",
  "-us1",
  "token: ",
  "://x:y@",
  "PuTTY-User-Key-File-3",
  "g\0h\0p\0_\0a\0a\0\n\0",
])("a megabyte of %j is scanned in time", (unit) => {
  const bytes = bytesOf(unit.repeat(Math.ceil(1_000_000 / unit.length)));
  const big = createByteScanner({ keyedHash: () => "" });
  // Beside other tests the wall clock tells nothing.
  const before = process.threadCpuUsage();
  sightingsIn(big, bytes, [{ start: 0, end: bytes.length, named: true }]);
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(3000);
});
