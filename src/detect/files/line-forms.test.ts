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

test("passwords in Maven's settings, neither encrypted nor in comments nor from elsewhere", () => {
  const text =
    "<!-- <password>s3cr-no</password> --><password>s3cr-et1</password><password>{aB3=}</password><passphrase>${env.PW}</passphrase><!-- <password>s3cr-no</password>";
  expect(values("/root/.m2/settings.xml", text)).toEqual(["s3cr-et1"]);
});

test("Composer's passwords, and tokens by their host", () => {
  const text =
    '{"http-basic": {"a.example": {"username": "me", "password": "s3cr-et1"}}, "bearer": {"b.example": "s3cr-et22", "c.example":"s3cr-et33"}, "other": {"d.example": "s3cr-none"}}';
  expect(values("/app/auth.json", text)).toEqual(["s3cr-et1", "s3cr-et22", "s3cr-et33"]);
});

test("passwords in clear of NuGet", () => {
  const text =
    '<a><add key="Username" value="me1" /><add key="ClearTextPassword" value="s3cr-et1" /><add key="ClearTextPassword" value="%PW%" /><add key="Password" value="AQAAenc" /></a>';
  expect(values("/app/NuGet.Config", text)).toEqual(["s3cr-et1"]);
});

test("password and keys of WordPress", () => {
  const text =
    "define( 'DB_PASSWORD', 's3cr-et1' );\ndefine('AUTH_KEY', 'a$b{c`d e');\ndefine('DB_NAME', 'shop');\ndefine('NONCE_SALT', 'put your unique phrase here');\ndefine('DB_PASSWORD', getenv('PW'));\n";
  expect(values("/app/wp-config.php", text)).toEqual(["s3cr-et1", "a$b{c`d e"]);
});

test("the master key of Rails is all that its file holds", () => {
  const key = "4f9c1e7ab2d83605f1a7c94be08d2637";
  expect(values("/app/config/master.key", `${key}\n`)).toEqual([key]);
  expect(values("/app/config/credentials/production.key", key)).toEqual([key]);
  expect(values("/app/config/master.key", `${key}\nmore`)).toEqual([]);
  expect(values("/app/config/master.key", `${key}00`)).toEqual([]);
});

test("keys of wireless networks", () => {
  const text = 'network={\n  ssid="a"\n  psk="s3cr-et 1"\n}\n#psk="s3cr-none"\nkey_mgmt=WPA-PSK\n';
  expect(values("/etc/wpa_supplicant.conf", text)).toEqual(["s3cr-et 1"]);
  expect(values("/etc/NetworkManager/system-connections/a.nmconnection", "psk=s3cr-et1\n")).toEqual(
    ["s3cr-et1"],
  );
});

test("time grows with the text", () => {
  for (const path of [
    ".pgpass",
    ".npmrc",
    ".htpasswd",
    "settings.xml",
    "auth.json",
    "nuget.config",
    "wp-config.php",
    "wpa_supplicant.conf",
  ]) {
    const before = performance.now();
    for (const part of [
      "a:",
      "\\",
      ":",
      "//a:",
      "_password=",
      "<!--",
      "<password>",
      '"a":"',
      "define(",
    ])
      findByForm(path, part.repeat(100_000));
    expect(performance.now() - before).toBeLessThan(2000);
  }
});
