import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAssignedSecrets } from "./assignments.ts";
import { findInLines } from "./named-lines.ts";
import { linesEnd } from "./value-line.ts";

const VALUE = ["R4nd7Xk2", "LmZp9RtW"].join("");
const valuesIn = (text: string) =>
  findInLines(text).map(({ start, end }) => text.slice(start, end));

describe("found by its name, and nothing else of the line", () => {
  test.each([
    ["a flow mapping of YAML", `auth: {user: bob, password: ${VALUE}}`],
    ["one in a list", `  - {name: bob, password: ${VALUE}, role: admin}`],
    ["one in another", `spring: {datasource: {url: x, password: '${VALUE}'}}`],
    ["an inline table of TOML", `db = { user = "a", password = "${VALUE}" }`],
    ["an attribute of XML", `<user username="admin" password="${VALUE}" roles="manager"/>`],
    ["a property of XML", `<property name="db.password" value="${VALUE}"/>`],
    ["a setting of .NET", `<add key="ApiSecret" value="${VALUE}" />`],
    ["an element of XML", `<x><bindPassword>${VALUE}</bindPassword></x>`],
    ["a variable before a command", `exec env DB_PASSWORD=${VALUE} ./run`],
    ["a variable of a container", `docker run -e "API_TOKEN=${VALUE}" app`],
    ["a list of variables", `environment=DB_PASSWORD="${VALUE}",MODE="prod"`],
    ["a variable of a pool of PHP", `env[DB_PASSWORD] = ${VALUE}`],
    ["a list of labels", `labels: ["mode=x", "token=${VALUE}"]`],
    ["a variable of a Makefile", `DB_PASSWORD := ${VALUE}`],
    ["an old ENV", `ENV DB_PASSWORD ${VALUE}`],
    ["a directive of Redis", `requirepass ${VALUE}`],
    ["a directive of a mail client", `password ${VALUE}`],
    ["a directive of LDAP", `bindpw "${VALUE}"`],
    ["a directive of nginx", `fastcgi_param DB_PASSWORD ${VALUE};`],
    ["a variable of Apache", `SetEnv DB_PASSWORD ${VALUE}`],
    ["a user of HAProxy", `  user bob insecure-password ${VALUE}`],
    ["an item in quotes", `- "DB_PASSWORD=${VALUE}"`],
    ["a value with a comment", `password: ${VALUE} # of the shop`],
    ["a name and a value", `{name: DB_PASSWORD, value: ${VALUE}}`],
    ["a name and a value in JSON", `{"name": "DB_PASSWORD", "value": "${VALUE}"}`],
    ["a name and a value in two lines", `- name: DB_PASSWORD\n  value: "${VALUE}"`],
  ])("%s", (_, text) => {
    expect(valuesIn(text)).toEqual([VALUE]);
  });
});

describe("nothing", () => {
  test.each([
    "auth: {user: bob, passwordRef: {name: shop, key: password1}}",
    "valueFrom: {secretKeyRef: {name: shop-secret1, key: db-password}}",
    "password: {type: string, minLength: 8}",
    "auth: {user: bob, password: $DB_PASSWORD1}",
    "auth: {user: bob, password: *anchor1}",
    "client_secret_value: &client_secret_value",
    "password: !secret db_password1",
    "password: >-",
    "sshPrivateKey: ~  # set it via CLI",
    "- 'CODECOV_TOKEN=$_CODECOV_TOKEN' # set in the trigger",
    '- "X-Auth-Token: MY_HEADERS"',
    "redis_password = env('REDIS_PASSWORD1') or ''",
    "db_password = get_secret_value('db.password1', None)",
    "password = os.environ['PASSWORD1']",
    "root_pass = ENV['ROOT_PASSWORD1'];",
    'admin_creds=(-u "$user1" -p "$password1")',
    "LoadCredential=passwd.hashed-password.root2",
    "password requisite pam_pwquality.so",
    "password_encryption scram-sha-256",
    "check_password arg12345",
    "PasswordAuthentication no2factor",
    "#password value12345",
    '<string name="password_hint1">Enter 6 to 10 signs</string>',
    '<key>com.example.Token2</key><string name="x" value="y1z2w3"/>',
    '"registry-auth-token": "^4.0.0"',
    "- name: DB_PASSWORD\n  valueFrom: x1y2z3w4",
  ])("%s", (text) => {
    expect(valuesIn(text)).toEqual([]);
  });
});

test("a text of another script is less sure, as words of a language are", () => {
  const [found] = findInLines("err.token=\\u30af\\u30c3\\u30ad\\u30fc\\u540d");
  expect(found?.confidence).toBe("low");
});

test("lines of a text are taken together only where the second gives the value", () => {
  expect(linesEnd("a\n  value: b\nc", 1)).toBe(12);
  expect(linesEnd("a\nvalues: b\nc", 1)).toBe(1);
  expect(linesEnd("a", 1)).toBe(1);
  const text = `env:\n- name: DB_PASSWORD\n  value: ${VALUE}\n- name: MODE\n  value: prod12\n`;
  const found = findAssignedSecrets(text);
  expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([VALUE]);
});

test("any text gives places inside of it", () => {
  const parts = fc.constantFrom(
    "{",
    ",",
    "password",
    ": ",
    "=",
    '"',
    "'",
    VALUE,
    "<",
    ">",
    " ",
    "\n",
    "value",
    "/",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      for (const { start, end } of findAssignedSecrets(text)) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(end).toBeGreaterThan(start);
      }
    }),
  );
});

test.each([
  "{,".repeat(2000),
  "<a ".repeat(1300),
  `{password${" ".repeat(8)}:`.repeat(200),
  "A=".repeat(2000),
])("a line made of beginnings takes no long time: %#", (line) => {
  const start = performance.now();
  findAssignedSecrets(`${line}\n`.repeat(20));
  expect(performance.now() - start).toBeLessThan(2000);
});
