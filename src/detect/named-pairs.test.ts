import { expect, test } from "vitest";
import { findJsonPairs, findSourcePairs, findUnitPairs } from "./named-pairs.ts";
import { randomText, seededRandom } from "./testing.ts";

const secret = randomText("base62", 22, seededRandom(32));

type Find = typeof findJsonPairs;
const values = (find: Find, text: string): string[] =>
  find(text).map(({ start, end }) => text.slice(start, end));

test.each<[Find, string]>([
  [findJsonPairs, `{"password":"${secret}"}`],
  [findJsonPairs, `{"Jwt":{"Issuer":"a","Secret": "${secret}"}}`],
  [findSourcePairs, `DATABASES = {'default': {'NAME': 'a', 'PASSWORD': '${secret}'}}`],
  [findSourcePairs, `SECRET_KEY = b'${secret}'`],
  [findSourcePairs, `app.config['SECRET_KEY'] = "${secret}"`],
  [findSourcePairs, `module.exports = { db: { password: '${secret}' } };`],
  [findSourcePairs, `export const jwtSecret: string = "${secret}";`],
  [findSourcePairs, `return ['password' => '${secret}'];`],
  [findSourcePairs, `$db_password = '${secret}';`],
  [findSourcePairs, `define('DB_PASSWORD', '${secret}');`],
  [findSourcePairs, `'key' => env('APP_SECRET', '${secret}'),`],
  [findSourcePairs, `config.secret_key = '${secret}'`],
  [findSourcePairs, `{ :password => '${secret}' }`],
  [findUnitPairs, `Environment=DB_PASSWORD=${secret}`],
  [findUnitPairs, `Environment="A=b c" "DB_PASSWORD=${secret}" D=e`],
])("%o finds the value in %s", (find, text) => {
  expect(values(find, text)).toEqual([secret]);
  expect(JSON.stringify(find(text))).not.toContain(secret.slice(0, 6));
});

test.each<[Find, string]>([
  [findJsonPairs, '{"password":{"type":"string"},"token":"string"}'],
  [findJsonPairs, '{"password":"Passwort","secret":"my-tls-secret"}'],
  [findJsonPairs, '{"password":"${DB_PASSWORD1}","api_key":"","token_ttl":"300s000"}'],
  [findSourcePairs, "const password = process.env.PASSWORD1;"],
  [findSourcePairs, "const token = getToken('a1b2c3d4e5f6');"],
  [findSourcePairs, "if (password === 'a1b2c3d4e5f6') return;"],
  [findSourcePairs, "TOKEN_HEADER = 'X-Token-2'; tokenField: 'authToken'"],
  [findSourcePairs, "SECRET_KEY = os.environ['SECRET_KEY_2']"],
  [findSourcePairs, "password = ''; secret = 'the secret of 12 people'"],
  [findUnitPairs, "Environment=PASSWORD_FILE=/run/secrets/db1"],
  [findUnitPairs, "Environment=DB_PASSWORD=%i"],
  [findUnitPairs, `ExecStart=/bin/a DB_PASSWORD=${secret}`],
])("%o finds nothing in %s", (find, text) => {
  expect(values(find, text)).toEqual([]);
});

test("time grows with the text", () => {
  const before = performance.now();
  for (const part of [
    '"a',
    '"a":',
    "a:a ",
    "a['",
    "password='",
    "env('a','",
    "a".repeat(99) + "\t",
    "\\",
  ]) {
    for (const find of [findJsonPairs, findSourcePairs]) find(part.repeat(262_144 / part.length));
    findUnitPairs(`Environment=${part.repeat(1000)}`);
  }
  expect(performance.now() - before).toBeLessThan(2000);
});
