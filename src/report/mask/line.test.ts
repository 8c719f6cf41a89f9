import fc from "fast-check";
import { expect, test } from "vitest";
import { maskText, secretRangesInLine } from "./line.ts";

const SECRET = "hunter2hunter2";

const hidden: readonly string[] = [
  `DB_PASSWORD=${SECRET}`,
  `export DB_PASSWORD=${SECRET}`,
  `      - DB_PASSWORD=${SECRET}`,
  `      - "DB_PASSWORD=${SECRET} with spaces"`,
  `  DB_PASSWORD: ${SECRET}`,
  `  "DB_PASSWORD": "${SECRET}",`,
  `{"dbPassword":"${SECRET}"}`,
  `password = ${SECRET} and more`,
  `ENV A=1 API_TOKEN=${SECRET} B=2`,
  `ENV API_TOKEN ${SECRET}`,
  `ENV API_TOKEN="quoted ${SECRET}"`,
  `ARG NPM_TOKEN=${SECRET}`,
  `RUN tool --password ${SECRET} --verbose`,
  `RUN tool --api-key=${SECRET}`,
  `CMD ["tool", "--password", "${SECRET}"]`,
  `RUN curl -u admin:${SECRET} https://example.com`,
  `RUN curl -H "Authorization: Bearer ${SECRET}" https://example.com`,
  `RUN mysql -uroot -p${SECRET} db`,
  `RUN docker login -u me -p ${SECRET}`,
  `DATABASE_URL=postgres://app:${SECRET}@db/app`,
  `image: https://me:${SECRET}@example.com/x`,
  `RUN git clone https://${SECRET}@github.com/a/b`,
  `docker run -e DB_PASSWORD=${SECRET} nginx`,
  `DBPASS=${SECRET}`,
  `MYSQL_PWD: '${SECRET}'`,
  `DB_PASSWORD: "\${OTHER:-${SECRET}}"`,
  `spring.datasource.password=${SECRET}`,
  `PASSWORD=\\"${SECRET}\\"`,
];

for (const line of hidden) {
  test(`hides the value in ${line.replace(SECRET, "…")}`, () => {
    expect(maskText(line)).not.toContain(SECRET);
    expect(maskText(line)).toContain("••••");
  });
}

const shown: readonly string[] = [
  "FROM node:22",
  "    image: registry.example.com:5000/team/app:1.2.3",
  "      - /var/run/docker.sock:/var/run/docker.sock:ro",
  "DB_PASSWORD=$DB_PASSWORD",
  "      DB_PASSWORD: ${DB_PASSWORD}",
  "  DB_PASSWORD: ${DB_PASSWORD:?set it}",
  "DB_PASSWORD_FILE=/run/secrets/db_password",
  "automountServiceAccountToken: false",
  "secretName: db-credentials",
  "      key: password",
  "RUN --mount=type=secret,id=npm_token,target=/root/.npmrc npm ci",
  "docker build --secret id=npm_token,src=token.txt .",
  "COPY package.json server.js ./",
  "cap_add: [SYS_ADMIN]",
  "NODE_ENV=production",
  "RUN git clone git@github.com:a/b",
  "secrets:",
];

for (const line of shown) test(`shows ${line.trim()}`, () => expect(maskText(line)).toBe(line));

test("ranges are in order, apart, and inside of the line, whatever it holds", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          "PASSWORD",
          "=",
          ":",
          " ",
          '"',
          "--token",
          "$X",
          "://",
          "@",
          "a",
          "\\",
          "- ",
        ),
      )
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (line) => {
      let last = 0;
      for (const { start, end } of secretRangesInLine(line)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(line.length);
        last = end;
      }
    }),
  );
});

test("a name that may hold a secret never lets its value through", () => {
  const name = fc.constantFrom(
    "DB_PASSWORD",
    "API_TOKEN",
    "clientSecret",
    "GH_PAT",
    "SSH_KEY",
    "aws.secret-key",
  );
  const value = fc.stringMatching(/^[a-z0-9+/]{12,40}$/).filter((text) => !text.startsWith("/"));
  const form = fc.constantFrom(
    "<n>=<v>",
    "<n>: <v>",
    '"<n>": "<v>"',
    "- <n>=<v>",
    "ENV <n>=<v>",
    "ENV <n> <v>",
    "--build-arg <n>=<v>",
    "<n> = <v>",
    "-e <n>='<v>'",
  );
  fc.assert(
    fc.property(name, value, form, (key, secret, shape) => {
      const line = shape.replace("<n>", key).replace("<v>", secret);
      expect(maskText(line)).not.toContain(secret);
    }),
  );
});

test("a line of the greatest length is searched in no time", () => {
  for (const unit of [
    "PASSWORD=",
    "a.b-c_",
    "--token ",
    "mysql -p ",
    "://a:",
    "'PASSWORD' : ",
    "    ",
    "sshpass -p ",
    "echo x > ",
    "echo x | ",
    '\\"',
    '"a b" ',
    "'\"",
    "--secret ",
    "password='",
    "x-key-",
    "authorization: ",
    "identified by ",
    "{value: ",
    "{name: TOKEN, value: x, ",
    "https://",
    "npm config set ",
    "<<<",
    "[{(",
  ]) {
    const line = unit.repeat(Math.floor(32_768 / unit.length));
    const start = performance.now();
    secretRangesInLine(line);
    expect(performance.now() - start).toBeLessThan(500);
  }
});

test.each([
  ["image: reg/${TOKEN:-hunter}:1", "image: reg/${TOKEN:-••••}:1"],
  ["user: ${APP_UID:-10001}", "user: ${APP_UID:-10001}"],
  ["docker run --user 999:999 postgres:16", "docker run --user 999:999 postgres:16"],
  ["docker run -u app:app node:22", "docker run -u app:app node:22"],
  ["image: a:${TOKEN-${OTHER:-x1}}-b", "image: a:${TOKEN-••••}-b"],
])("the default of a secret variable is hidden in %s", (line, shown) => {
  expect(maskText(line)).toBe(shown);
});

test("shows the command behind a variable's value", () => {
  expect(maskText("API_TOKEN=zaq1xsw2 docker run --privileged a")).toBe(
    "API_TOKEN=•••• docker run --privileged a",
  );
  expect(maskText("GOPRIVATE=example.com go build")).toBe("GOPRIVATE=example.com go build");
  // No command: a value of several words.
  expect(maskText("API_PASSWORD=correct horse battery")).toBe("API_PASSWORD=••••");
});

test("shows the pairs of an ENV, and the words that belong to one", () => {
  expect(maskText("ENV A=b PASSWORD zaq1xsw2")).toBe("ENV A=b PASSWORD ••••");
  expect(maskText('ENV A=b C="d e" F=g')).toBe('ENV A=b C="d e" F=g');
});

test("shows users and places that are no logins", () => {
  for (const open of [
    "image: reg.example:5000/a/b@sha256:0",
    "npm i a@1 b:c",
    "scp a:b@c .",
    "ssh: [default=./agent.sock]",
  ])
    expect(maskText(open)).toBe(open);
});
