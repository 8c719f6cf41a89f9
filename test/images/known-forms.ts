/** Files whose form tells secrets, as programs write them. */

import { randomText } from "../../src/detect/testing.ts";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import type { Plan, Where } from "./plan.ts";
import { letters } from "./plan.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

export function knownForms(plan: Plan): Entry[] {
  const { random, password } = plan;
  const entries: Entry[] = [];
  const file = (path: string, values: readonly string[], text: string, where: Where = {}): void => {
    entries.push(
      plan.hide(`a ${path.slice(path.lastIndexOf("/") + 1)}`, 0, path, text, values, where),
    );
  };
  const some = (count: number): string[] => Array.from({ length: count }, () => password());
  const [npm, npmLogin, npmPassword] = [
    letters(random, 36),
    base64(`someone:${password()}`),
    base64(password()),
  ];
  file(
    "/root/.npmrc",
    [npm, npmLogin, npmPassword],
    `registry=https://npm.corp.invalid/\n//npm.corp.invalid/:_authToken=${npm}\n` +
      `//other.corp.invalid/:_auth=${npmLogin}\n//third.corp.invalid/:_password="${npmPassword}"\n` +
      `//fourth.corp.invalid/:_authToken=\${NPM_TOKEN}\n//third.corp.invalid/:username=someone\n`,
  );
  const [first, second] = some(2);
  file(
    "/root/.netrc",
    [first ?? "", second ?? ""],
    `machine git.corp.invalid login bot password ${first ?? ""}\nmachine files.corp.invalid\n  login bot\n  password ${second ?? ""}\n`,
  );
  const logins = some(2).map((each) => base64(`deploy:${each}`));
  file(
    "/root/.docker/config.json",
    logins,
    JSON.stringify({
      auths: {
        "registry.corp.invalid": { auth: logins[0] },
        "other.corp.invalid": { auth: logins[1] },
        "with-helper.corp.invalid": {},
      },
      credHelpers: { "with-helper.corp.invalid": "pass" },
    }),
  );
  const identity = letters(random, 80);
  file(
    "/home/ci/.docker/config.json",
    [identity],
    JSON.stringify({ auths: { "hub.corp.invalid": { identitytoken: identity } } }, undefined, 2),
  );
  const key = pem(random, "RSA PRIVATE KEY", 1200);
  const bearer = letters(random, 64);
  const kubePassword = password();
  file(
    "/root/.kube/config",
    [bearer, kubePassword],
    `apiVersion: v1\nkind: Config\nusers:\n- name: by-token\n  user:\n    token: ${bearer}\n- name: by-password\n  user:\n    username: admin\n    password: ${kubePassword}\n`,
  );
  const keyData = base64(key);
  file(
    "/etc/kubernetes/admin.conf",
    [key],
    `apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: ${base64(pem(random, "CERTIFICATE", 900))}\n  name: c\nusers:\n- name: by-key\n  user:\n    client-certificate-data: ${base64(pem(random, "CERTIFICATE", 900))}\n    client-key-data: ${keyData}\n`,
    { encoding: "base64" },
  );
  const env = some(4);
  file(
    "/app/.env",
    env,
    `# settings\nNODE_ENV=production\nPORT=8080\nDB_PASSWORD=${env[0] ?? ""}\nexport SESSION_SECRET="${env[1] ?? ""}"\nSMTP_PASS='${env[2] ?? ""}'\nAPI_KEY=${env[3] ?? ""}\nPUBLIC_URL=https://corp.invalid/\n`,
  );
  const access = `AKIA${randomText("base32", 16, random)}`;
  const secretKey = `${letters(random, 19)}/+${letters(random, 19)}`;
  const session = `IQoJ${letters(random, 300)}`;
  file(
    "/root/.aws/credentials",
    [access, secretKey, session],
    `[default]\naws_access_key_id = ${access}\naws_secret_access_key = ${secretKey}\naws_session_token = ${session}\n`,
  );
  const account = pem(random, "PRIVATE KEY", 1600);
  file(
    "/app/service-account.json",
    [account.replaceAll("\n", "\\n")],
    JSON.stringify(
      {
        type: "service_account",
        project_id: "some-project",
        private_key_id: letters(random, 40).toLowerCase().replaceAll(/[g-z]/g, "a"),
        private_key: account,
        client_email: "robot@some-project.iam.gserviceaccount.com",
        token_uri: "https://oauth2.googleapis.com/token",
      },
      undefined,
      2,
    ),
  );
  const hashes = [
    `$6$${letters(random, 16)}$${letters(random, 86)}`,
    `$y$j9T$${letters(random, 22)}$${letters(random, 43)}`,
    `$1$${letters(random, 8)}$${letters(random, 22)}`,
  ];
  file(
    "/etc/shadow",
    hashes,
    `root:${hashes[0] ?? ""}:19700:0:99999:7:::\ndaemon:*:19700:0:99999:7:::\napp:${hashes[1] ?? ""}:19700:0:99999:7:::\nold:${hashes[2] ?? ""}:19700::::::\nlocked:!:19700::::::\n`,
  );
  const web = [
    `$2y$10$${letters(random, 53)}`,
    `$apr1$${letters(random, 8)}$${letters(random, 22)}`,
  ];
  file("/etc/nginx/.htpasswd", web, `admin:${web[0] ?? ""}\nother:${web[1] ?? ""}\n`);
  privateKeys(plan, file);
  const token = `${base64url({ alg: "HS256", typ: "JWT", kid: letters(random, 8) })}.${base64url({ sub: "someone", jti: letters(random, 20) })}.${letters(random, 43)}`;
  const old = `${base64url({ alg: "RS256", kid: letters(random, 8) })}.${base64url({ sub: "someone", exp: 1_500_000_000, jti: letters(random, 20) })}.${letters(random, 86)}`;
  file("/app/token.txt", [token, old], `current ${token}\nformer ${old}\n`);
  const urls = some(6);
  file(
    "/app/urls.txt",
    urls,
    `postgres://app:${urls[0] ?? ""}@db:5432/app\nmysql://root:${urls[1] ?? ""}@mysql/app\nmongodb+srv://u:${urls[2] ?? ""}@cluster.corp.invalid/?retryWrites=true\nredis://:${urls[3] ?? ""}@cache:6379/0\namqp://guest:${urls[4] ?? ""}@rabbit:5672/\njdbc:postgresql://db/app?user=app&password=${urls[5] ?? ""}\n`,
  );
  const [git, pip, pgpass, connection] = some(4);
  file("/root/.git-credentials", [git ?? ""], `https://bot:${git ?? ""}@git.corp.invalid\n`);
  file(
    "/etc/pip.conf",
    [pip ?? ""],
    `[global]\nindex-url = https://ci:${pip ?? ""}@pypi.corp.invalid/simple\n`,
  );
  file("/root/.pgpass", [pgpass ?? ""], `db.corp.invalid:5432:*:app:${pgpass ?? ""}\n`);
  file(
    "/app/appsettings.json",
    [connection ?? ""],
    `{"ConnectionStrings":{"Main":"Server=db;Database=app;User Id=sa;Password=${connection ?? ""};"}}\n`,
  );
  return entries;
}

/** Keys as programs write them; only their form counts, so that their content may be made up. */
function privateKeys(
  plan: Plan,
  file: (path: string, values: readonly string[], text: string) => void,
): void {
  const { random } = plan;
  const ec = pem(random, "EC PRIVATE KEY", 160);
  const locked = pem(random, "ENCRYPTED PRIVATE KEY", 300);
  const rsa = pem(random, "RSA PRIVATE KEY", 1600);
  const old = pem(
    random,
    "RSA PRIVATE KEY",
    1600,
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n",
  );
  const large = pem(random, "RSA PRIVATE KEY", 12_000);
  const ssh = pem(random, "OPENSSH PRIVATE KEY", 400);
  file("/etc/ssl/private/ec.pem", [ec], `${ec}\n`);
  file("/etc/ssl/private/locked.pem", [locked], `${locked}\n`);
  file("/root/.ssh/id_rsa", [rsa], `${rsa}\n`);
  file("/root/.ssh/id_old", [old], `${old}\n`);
  file("/root/.ssh/id_ed25519", [ssh], `${ssh}\n`);
  file(
    "/srv/both.txt",
    [large],
    `-----BEGIN CERTIFICATE-----\n${letters(random, 64)}\n-----END CERTIFICATE-----\n${large}\n`,
  );
}

export function pem(random: () => number, label: string, bytes: number, head = ""): string {
  const body = letters(random, Math.ceil(bytes / 4) * 4)
    .replaceAll(/.{64}/g, "$&\n")
    .trimEnd();
  return `-----BEGIN ${label}-----\n${head}${body}\n-----END ${label}-----`;
}
