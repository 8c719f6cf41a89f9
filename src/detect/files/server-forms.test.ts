import { expect, test } from "vitest";
import { findByForm, hasForm } from "./line-forms.ts";

const VALUE = ["R4nd7Xk2", "LmZp9RtW"].join("");
const valuesIn = (path: string, text: string) =>
  findByForm(path, text).map(({ start, end }) => text.slice(start, end));

test.each([
  ["/etc/postfix/sasl_passwd", `[smtp.example.net]:587 bob@example.net:${VALUE}\n`],
  ["/etc/ppp/chap-secrets", `# client server secret\nbob * ${VALUE} *\n`],
  ["/etc/ppp/pap-secrets", `"bob" "isp" "${VALUE}"\n`],
  ["/etc/ipsec.secrets", `192.0.2.1 : PSK "${VALUE}"\n`],
  ["/etc/redis/users.acl", `user default on >${VALUE} ~* +@all\n`],
  ["/var/lib/rabbitmq/.erlang.cookie", VALUE],
  ["/root/.vault-token", `s.${VALUE}a1b2c3d4`],
  ["/root/.subversion/auth/svn.simple/4f2", `K 8\npassword\nV 16\n${VALUE}\nK 15\n`],
  ["/root/.config/filezilla/sitemanager.xml", `<Pass encoding="base64">${VALUE}</Pass>`],
  ["/app/appsettings.Production.json", `{ "Jwt": { "Issuer": "x", "Key": "${VALUE}" } }`],
  ["/infra/terraform.tfstate", `"db_password": {\n  "value": "${VALUE}",\n  "type": "string"`],
  ["/infra/main.tf", `variable "db_password" {\n  type = string\n  default = "${VALUE}"\n}`],
  ["/etc/nginx/.htpasswd", "bob:aB3dE5gH7jK9m\n"],
])("%s", (path, text) => {
  expect(hasForm(path)).toBe(true);
  const value = path.endsWith(".vault-token")
    ? text
    : path.endsWith("htpasswd")
      ? text.slice(4, -1)
      : VALUE;
  expect(valuesIn(path, text)).toEqual([value]);
});

test.each([
  ["/etc/postfix/sasl_passwd", "# [smtp.example.net]:587 bob:secret1\n"],
  ["/etc/ppp/chap-secrets", "# bob * secret1 *\n"],
  ["/etc/redis/redis.conf", "# user default on >password1 ~*\nuser default on nopass ~*\n"],
  ["/root/.vault-token", "hello"],
  ["/app/appsettings.json", `{ "Jwt": { "Key": "" }, "Cache": { "Key": "products-of-the-shop" } }`],
  ["/infra/terraform.tfstate", `"vpc_id": { "value": "vpc-0a1b2c3d4e", "type": "string" }`],
  ["/infra/main.tf", `variable "password_length" {\n  default = "16"\n}`],
  [
    "/infra/main.tf",
    `variable "db_password" {\n  type = string\n}\nvariable "x" {\n  default = "a1b2c3"\n}`,
  ],
  ["/etc/nginx/.htpasswd", "bob:$apr1$abcdefgh$0123456789012345678901\n"],
])("nothing in %s", (path, text) => {
  expect(valuesIn(path, text)).toEqual([]);
});

test.each(["/etc/hosts.allow", "/app/main.js", "/etc/postfix/sasl_passwd.db", "/app/settings.py"])(
  "%s has no such form",
  (path) => {
    expect(hasForm(path)).toBe(false);
  },
);
