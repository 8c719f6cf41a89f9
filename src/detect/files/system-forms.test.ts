import { expect, test } from "vitest";
import { findByForm } from "./line-forms.ts";

const VALUE = ["R4nd7Xk2", "LmZp9RtW"].join("");
const valuesIn = (path: string, text: string) =>
  findByForm(path, text).map(({ start, end }) => text.slice(start, end));

test.each([
  ["/root/anaconda-ks.cfg", `lang en\nrootpw --plaintext ${VALUE}\n`],
  ["/root/preseed.cfg", `d-i passwd/root-password password ${VALUE}\n`],
  ["/var/cache/debconf/passwords.dat", `Name: x/root_password\nValue: ${VALUE}\nOwners: x\n`],
  ["/etc/pgbouncer/userlist.txt", `"app" "${VALUE}"\n`],
  ["/etc/dovecot/users", `bob:{PLAIN}${VALUE}:1000:1000::/home/bob\n`],
  ["/etc/exim4/passwd.client", `# comment\n*.example.net:bob:${VALUE}\n`],
  ["/etc/bind/rndc.key", `key "rndc-key" {\n\tsecret "${VALUE}==";\n};\n`],
  ["/etc/snmp/snmpd.conf", `createUser bob SHA "${VALUE}" AES\n`],
  ["/root/.curlrc", `user = "bob:${VALUE}"\n`],
  ["/root/.kaggle/kaggle.json", `{"username":"bob","key":"0a1b2c3d4e5f60718293a4b5c6d7e8f9"}`],
  ["/etc/tor/torrc", `HashedControlPassword 16:${"0A1B2C3D4E5F607182".repeat(4).slice(0, 58)}\n`],
])("%s", (path, text) => {
  const found = valuesIn(path, text);
  expect(found).toHaveLength(1);
  if (text.includes(VALUE)) expect(found[0]?.replace(/=+$/, "")).toBe(VALUE);
});

test.each([
  ["/root/anaconda-ks.cfg", "rootpw --lock\nrootpw --iscrypted\n"],
  [
    "/root/preseed.cfg",
    "#d-i passwd/root-password password secret1\nd-i passwd/make-user boolean false\n",
  ],
  ["/var/cache/debconf/passwords.dat", "Name: x/root_password\nTemplate: x\nValue: \n"],
  ["/etc/dovecot/users", "bob:{SHA512-CRYPT}abc:1000:1000::/home/bob\n"],
  ["/etc/bind/named.conf", '// secret "abcdefghijklmnop";\nzone "example.org" { type master; };\n'],
  ["/etc/snmp/snmpd.conf", "rocommunity public\n#rwcommunity private1\n"],
  ["/root/.curlrc", 'user-agent = "curl: 8"\nproxy = http://proxy:8080\n'],
  ["/etc/other/userlist.md", '"app" "R4nd7Xk2"\n'],
])("nothing in %s", (path, text) => {
  expect(valuesIn(path, text).filter((value) => !value.startsWith("abcdefgh"))).toEqual([]);
});
