import { expect, test } from "vitest";
import { findByForm } from "./line-forms.ts";

const values = (path: string, text: string): string[] =>
  findByForm(path, text).map(({ start, end }) => text.slice(start, end));

test("the last field of .pgpass is a password, escapes included", () => {
  const text =
    "# host:port:db:user:none\ndb:5432:*:app:s3cr-et\n\\:\\::1:app:me:a\\:b\n*:*:*:a:$PW\nshort:line\n";
  expect(values("/root/.pgpass", text)).toEqual(["s3cr-et", "a\\:b"]);
  expect(values("/root/other", text)).toEqual([]);
});

test("_password of .npmrc, with a registry and without", () => {
  const text =
    '//r.corp/:_password="c2VjcmV0MQ=="\n_password = c2VjcmV0Mg==\n_password=${PW}\n; _password=no\nuser_password=no1\n';
  expect(values("/app/.npmrc", text)).toEqual(["c2VjcmV0MQ==", "c2VjcmV0Mg=="]);
});

test("hashes without salt of htpasswd", () => {
  const text = `a:{SHA}${"A1b2".repeat(6)}A1b=\nb:$2y$05$x\n# c:{SHA}${"A1b2".repeat(6)}A1b=\n`;
  expect(values("/etc/nginx/.htpasswd", text)).toEqual([`{SHA}${"A1b2".repeat(6)}A1b=`]);
});

test("time grows with the text", () => {
  for (const path of [".pgpass", ".npmrc", ".htpasswd"]) {
    const before = performance.now();
    for (const part of ["a:", "\\", ":", "//a:", "_password="])
      findByForm(path, part.repeat(100_000));
    expect(performance.now() - before).toBeLessThan(2000);
  }
});
