import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32, hasValidChecksum } from "./checksums.ts";
import { tokenDetectors } from "./detectors.ts";
import { findSecretsInText } from "./find-secrets.ts";
import { randomText, sampleOf, seededRandom, withBrokenEnd } from "./testing.ts";

const table = tokenDetectors.map((detector) => [detector.id, detector] as const);

test("ids of detectors are unique and kebab-case, anchors have two characters or more", () => {
  expect(new Set(tokenDetectors.map(({ id }) => id)).size).toBe(tokenDetectors.length);
  for (const detector of tokenDetectors) {
    expect(detector.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const anchor of detector.anchors) expect(anchor.length).toBeGreaterThanOrEqual(2);
  }
});

const steps = ["shortest", "longest", "shortest", "longest", "shortest", "longest"] as const;

test.each(table)("%s is found in text", (id, detector) => {
  const random = seededRandom(7);
  for (const length of steps) {
    const sample = sampleOf(detector, random, length);
    const found = findSecretsInText(`some text, then: ${sample.text}" and more`);
    expect(found.map((match) => match.detector)).toContain(id);
  }
});

const fixed = table.filter(([, { after }]) =>
  after.every((step) => typeof step === "string" || step.min === step.max),
);

test.each(fixed)("%s is found at its exact place", (id, detector) => {
  const prefix = "key: ";
  const sample = sampleOf(detector, seededRandom(8), "shortest");
  const match = findSecretsInText(`${prefix}${sample.text}\n`).find((each) => each.detector === id);
  expect(match?.start).toBe(prefix.length + sample.start);
  expect(match?.end).toBe(prefix.length + sample.end);
});

test.each(table.filter(([, detector]) => detector.checksum !== undefined))(
  "%s with a right checksum is sure",
  (id, detector) => {
    const sample = sampleOf(detector, seededRandom(3), "shortest");
    const match = findSecretsInText(`x ${sample.text} y`).find((each) => each.detector === id);
    expect(match).toMatchObject({ checksum: "valid", confidence: "high" });
  },
);

test.each(table.filter(([, detector]) => detector.checksum !== undefined))(
  "%s with a wrong checksum is still found, with less confidence",
  (id, detector) => {
    const sample = sampleOf(detector, seededRandom(3), "shortest");
    const match = findSecretsInText(`x ${withBrokenEnd(sample.text)} y`).find(
      (each) => each.detector === id,
    );
    expect(match).toMatchObject({ checksum: "invalid", confidence: "medium" });
  },
);

const words = table.filter(
  ([, detector]) =>
    detector.anchorIsName !== true && detector.boundary === undefined && detector.glued !== true,
);

test.each(words)("%s at the end of a longer word is none", (id, detector) => {
  const sample = sampleOf(detector, seededRandom(5), "longest");
  const found = findSecretsInText(`x abc${sample.text}`);
  expect(found.map((match) => match.detector)).not.toContain(id);
});

test.each(
  words.filter(
    ([, { after, inspect }]) => typeof after.at(-1) !== "string" && inspect === undefined,
  ),
)("%s at the beginning of a longer word is none", (id, detector) => {
  const sample = sampleOf(detector, seededRandom(5), "longest");
  const found = findSecretsInText(`x ${sample.text}abcXYZ123`);
  expect(found.map((match) => match.detector)).not.toContain(id);
});

test("the published GitHub example has the checksum that was worked out for it", () => {
  const body = ["zQWBuTSOoRi4", "A9spHcVY5ncnsDkxkJ"].join("");
  expect(hasValidChecksum("crc32-base62", `ghp_${body}${["0mL", "q17"].join("")}`)).toBe(true);
  expect(crc32("123456789")).toBe(0xcbf43926);
});

test("sample values of documentation are none", () => {
  expect(findSecretsInText(["key AKIA", "IOSFODNN7EXAMPLE"].join(""))).toEqual([]);
  expect(findSecretsInText(`ghp_${"x".repeat(36)}`)).toEqual([]);
});

const password = randomText("base62", 14, seededRandom(11));
const at = (text: string) => findSecretsInText(text).map(({ detector }) => detector);

test.each([
  [`postgres://app:${password}@db:5432/shop`, ["database-url"]],
  [`jdbc:postgresql://app:${password}@db/shop`, ["database-url"]],
  [`mongodb+srv://root:${password}@cluster0.example.net/x?w=1`, ["database-url"]],
  [`redis://:${password}@cache:6379/0`, ["database-url"]],
  [`postgresql+psycopg2://u:${password}@h/d`, ["database-url"]],
  [`https://bot:${password}@git.example.com/a.git`, ["basic-auth-url"]],
  [`git clone https://${password}${password}1@git.example.com/a.git`, ["token-url"]],
  [`Server=db;Database=x;User Id=sa;Password=${password};`, ["connection-string"]],
  [`jdbc:sqlserver://db:1433;databaseName=x;user=sa;password=${password}`, ["connection-string"]],
  [`host=db user=app password=${password} dbname=x`, ["connection-string"]],
  [`curl -H "Authorization: Bearer ${password}" https://x.example`, ["authorization-header"]],
  [`machine git.example.com login me password ${password}`, ["netrc-password"]],
  [`ALTER USER app PASSWORD '${password}'`, ["sql-password"]],
  [`create role app with login encrypted password '${password}';`, ["sql-password"]],
  [`CREATE LOGIN app WITH PASSWORD = N'${password}'`, ["sql-password"]],
  [`CREATE USER 'a'@'%' IDENTIFIED WITH mysql_native_password BY "${password}"`, ["sql-password"]],
  [`SET PASSWORD FOR 'a'@'%' = PASSWORD('${password}')`, ["sql-password"]],
  [`sh -c "psql -c \\"ALTER USER app PASSWORD '${password}'\\""`, ["sql-password"]],
  ["ALTER USER app PASSWORD '${PW}'", []],
  ["ALTER USER app PASSWORD :'pw'", []],
  ["CREATE USER app IDENTIFIED BY '%s'", []],
  ["CREATE USER app IDENTIFIED BY ''; SELECT 'x'", []],
  ["CREATE USER app IDENTIFIED BY RANDOM PASSWORD", []],
  ["a user that is identified by 'a name'", []],
  ["SET PASSWORD = ?", []],
  ["postgres://app:${DB_PASSWORD}@db:5432/shop", []],
  ["postgres://app:$DB_PASSWORD@db:5432/shop", []],
  ["postgres://app@db:5432/shop", []],
  ["postgres://db:5432/shop", []],
  ["postgres://<user>:<password>@db/shop", []],
  ["https://user:password@example.com/", []],
  ["https://example.com/a@b/c:d@e", []],
  ["docker.io/library/node@sha256:0f", []],
  ['curl -H "Authorization: Bearer $TOKEN" https://x.example', []],
  ["Authorization: Bearer <your token>", []],
  ["machine example.com login me password $NETRC_PASSWORD", []],
  ["redis://cache:6379/0", []],
  ["cvs://:pserver:anoncvs@cvs.example.org/src", []],
  ['const server = host(), connection = "server=x;password=ask(user)"', []],
  ['printf("server=%s;password=%s", a, b)', []],
  ["machine.ftp files containing login and password for ftp.", []],
  ["machine string login string password string", []],
  [["Authorization: Basic czZCaGRSa3F0", "MzpnWDFmQmF0M2JW"].join(""), []],
  ["//registry.example.com/:_authToken=MYTOKEN1", []],
  ['const MARK = "PuTTY-User-Key-File-";', []],
  [
    ["-----BEGIN PGP PRIVATE", " KEY BLOCK-----\n>0=\0\x02\0\n>0=\0\x02\x01\n>0=\0\x02\0\n"].join(
      "",
    ),
    [],
  ],
  ["    token: abcdef.0123456789abcdef", []],
  [
    `kubeadm join --token ${password.slice(0, 6).toLowerCase()}.a1b2c3d4e5f6a7b8`,
    ["kubernetes-bootstrap-token"],
  ],
  [`"accessKeySecret": "${password}${password}Zz"`, ["alibaba-access-key-secret"]],
  ["$6$rounds=5000$abcdefgh$" + "aB3./".repeat(18).slice(0, 86), ["crypt-hash-with-rounds"]],
  [
    "root:$y$j9T$" + "aB3.".repeat(5) + "$" + "cD4/x".repeat(9).slice(0, 43) + ":19000:",
    ["yescrypt-hash"],
  ],
])("%s", (text, expected) => {
  expect(at(text)).toEqual(expected);
});

const pem = (label: string, body: string) =>
  [`-----BEGIN ${label}`, ` KEY-----\n${body}\n-----END ${label}`, " KEY-----"].join("");
const body = randomText("base64", 400, seededRandom(2));

test("private keys are found, public ones are not, encrypted ones with less confidence", () => {
  expect(at(pem("RSA PRIVATE", body))).toEqual(["private-key"]);
  expect(at(pem("PRIVATE", body))).toEqual(["private-key"]);
  expect(
    at(JSON.stringify({ type: "service_account", private_key: pem("PRIVATE", body) })),
  ).toEqual(["gcp-service-account"]);
  expect(at(pem("PUBLIC", body))).toEqual([]);
  expect(findSecretsInText(pem("ENCRYPTED PRIVATE", body))[0]).toMatchObject({
    detector: "private-key-encrypted",
    confidence: "medium",
  });
  expect(at(pem("PRIVATE", "..."))).toEqual([]);
});

test("a default password in a database URL is a weak finding", () => {
  expect(findSecretsInText("postgres://postgres:postgres@db/x")[0]).toMatchObject({
    detector: "database-url",
    confidence: "low",
  });
});

test("a short password for a host of the documentation is a weak finding", () => {
  expect(findSecretsInText("https://abc:xyz@example.com/x")).toMatchObject([{ confidence: "low" }]);
  expect(findSecretsInText(`https://abc:${password}@example.com/x`)).toMatchObject([
    { confidence: "high" },
  ]);
});

test("basic authentication is looked into", () => {
  const found = (login: string) =>
    findSecretsInText(`Authorization: Basic ${btoa(login)}`).map(({ confidence }) => confidence);
  expect(found(`bot:${password}`)).toEqual(["medium"]);
  expect(found("user:password")).toEqual(["low"]);
  expect(found("no login at all")).toEqual(["low"]);
});

const jwtOf = (claims: object): string =>
  [{ alg: "HS256" }, claims, { signature: password }]
    .map((part) => btoa(JSON.stringify(part)).replace(/=+$/, ""))
    .join(".");

test("a token that has expired is a weak finding", () => {
  const now = Math.floor(Date.now() / 1000);
  expect(findSecretsInText(jwtOf({ sub: "someone", exp: now + 9999 }))).toMatchObject([
    { detector: "jwt", confidence: "medium" },
  ]);
  expect(findSecretsInText(jwtOf({ sub: "someone", exp: now - 9999 }))).toMatchObject([
    { detector: "jwt", confidence: "low" },
  ]);
});

test("any text is searched, matches are in order, inside the text and hold no value", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      "eyJ",
      "ghp_",
      "://",
      "@",
      "-----BEGIN ",
      "PRIVATE KEY-----",
      "password=",
      ";",
      "server=",
      "$6$",
      "authorization: bearer ",
      "\n",
      "sk-",
      "xoxb-",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      let end = 0;
      for (const match of findSecretsInText(text)) {
        expect(match.start).toBeGreaterThanOrEqual(end);
        expect(match.end).toBeGreaterThan(match.start);
        expect(match.end).toBeLessThanOrEqual(text.length);
        expect(Object.keys(match).toSorted()).toEqual([
          "checksum",
          "confidence",
          "detector",
          "end",
          "start",
          "title",
        ]);
        end = match.end;
      }
    }),
  );
});

test.each([
  ["anchors of every detector", tokenDetectors.flatMap(({ anchors }) => anchors).join("-")],
  ["key heads without end", "-----BEGIN RSA PRIVATE KEY-----\n"],
  ["schemes", "a://"],
  ["half URLs", "a://b:c"],
  ["JWT heads", "eyJ."],
  ["headers", "authorization: bearer "],
  ["connection strings", "server=;password="],
  ["dashes", "sk-"],
  ["logins", "machine login login password "],
  ["at signs", "a://@@@@"],
  ["dollars", "a://${"],
])("a megabyte of %s is searched in time", (_, unit) => {
  const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
  const start = performance.now();
  findSecretsInText(text);
  expect(performance.now() - start).toBeLessThan(1500);
});
