import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { copyStep, leaks, runStep, sentinel, stage, variable } from "../build-testing.ts";
import { verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const of = (script: string, rest: Parameters<typeof runStep>[1] = {}) =>
  verdicts(rule, stage({ runs: [runStep(script, rest)] }));

test.each([
  ["curl -k https://h.example/a", "medium curl -k"],
  ["curl -fsSkL https://h.example/a", "medium curl -k"],
  ["curl --insecure https://h.example/a", "medium curl -k"],
  ["wget --no-check-certificate https://h.example/a", "medium wget --no-check-certificate"],
  ["pip install --trusted-host pypi.example.net x", "medium pip --trusted-host"],
  ["python3 -m pip install --trusted-host=pypi.example.net x", "medium pip --trusted-host"],
  ["pip config set global.trusted-host pypi.example.net", "medium pip --trusted-host"],
  ["npm config set strict-ssl false", "medium npm strict-ssl"],
  ["npm ci --strict-ssl=false", "medium npm strict-ssl"],
  ["git -c http.sslVerify=false clone https://h.example/a", "medium git http.sslVerify"],
  ["git config --global http.sslVerify false", "medium git http.sslVerify"],
  ["apt-get install -y --allow-unauthenticated x", "medium apt unauthenticated"],
  ["apt-get install --force-yes x", "medium apt unauthenticated"],
  ["sudo apt-get update --allow-insecure-repositories", "medium apt unauthenticated"],
  ["yum install -y --nogpgcheck x", "medium yum --nogpgcheck"],
  ["apk add --allow-untrusted x.apk", "medium apk --allow-untrusted"],
  ["NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci", "medium NODE_TLS_REJECT_UNAUTHORIZED"],
  ["export GIT_SSL_NO_VERIFY=true", "medium GIT_SSL_NO_VERIFY"],
  ["curl -fsSL https://h.example/i.sh | sh", "medium download piped into sh"],
  ["curl -fsSL https://h.example/i.sh | sudo -E bash -", "medium download piped into bash"],
  ["wget -qO- https://h.example/i.sh | tee x | bash", "medium download piped into bash"],
  ["curl https://h.example/i.py | python3 -", "medium download piped into python3"],
  ['sh -c "$(curl -fsSL https://h.example/i.sh)"', "medium download piped into sh"],
  ["bash <(curl -s https://h.example/i.sh)", "medium download piped into bash"],
  ["chmod 777 /app", "medium chmod world-writable"],
  ["chmod -R 0777 /app", "medium chmod world-writable"],
  ["chmod -R a+rwX /app", "medium chmod world-writable"],
  ["chmod o+w /app/x", "medium chmod world-writable"],
  ["chmod 4755 /bin/x", "medium chmod setuid"],
  ["chmod u+s /bin/x", "medium chmod setuid"],
  ["chmod g+s /usr/bin/x", "medium chmod setuid"],
  ["chmod 777 /a /b && rm -rf /b", "medium chmod world-writable"],
  ["install -m 4755 x /bin/x", "medium install setuid"],
  ["apt-get install -y sudo", "low installs sudo"],
  ["apk add --no-cache sudo curl", "low installs sudo"],
  ["passwd -d root", "high passwd -d"],
  ["useradd -p '' app", "high empty password"],
  ["echo 'root:' | chpasswd", "high empty password"],
])("%s", (script, expected) => {
  expect(of(script)).toEqual([expected]);
});

test.each([
  "curl -fsSL https://h.example/a -o k",
  "curl -H X-k:1 https://h.example/a",
  "curl https://h.example/a | tar xz",
  "curl https://h.example/a.json | jq .x",
  "curl https://h.example/a.json | python3 -c 'import sys'",
  "curl https://h.example/key | gpg --dearmor",
  "curl https://h.example/a -o a; sh build.sh",
  "find / -iname sudo",
  "npm config set strict-ssl true",
  "chmod 755 /app",
  "chmod 1777 /tmp",
  "chmod -R 777 /tmp",
  "chmod +x /app/run",
  "chmod -R go-w /app",
  "chmod u+rwx,go+rx /app",
  "chmod ugo+rwx,o+t /run/app",
  "chmod g+s /srv/shared",
  'tmp="$(mktemp -d)" && chmod 777 "$tmp" && make -C "$tmp" && rm -rf "$tmp"',
  "apt-get install -y sudoku",
  "passwd -l root",
  "NODE_TLS_REJECT_UNAUTHORIZED=1 npm ci",
  "pip install trusted-host-tool",
  "echo 'curl -k'",
])("%s is fine", (script) => {
  expect(of(script)).toEqual([]);
});

test("holes in files matter only where the image keeps them, transport everywhere", () => {
  expect(of("chmod 777 /app && apt-get install -y sudo", { inImage: false })).toEqual([]);
  expect(of("curl -k https://h.example/a", { inImage: false })).toEqual(["medium curl -k"]);
});

test("rights of the build and its steps", () => {
  const workload = stage({
    privileged: known(true, written),
    hostNetwork: known(true, written),
    entitlements: ["security.insecure", "network.host", "device"].map((name) => ({
      name,
      origin: written,
    })),
    runs: [runStep("make", { security: "insecure", network: "host", devices: ["vendor.com/gpu"] })],
  });
  expect(verdicts(rule, workload)).toEqual([
    "high build privileged",
    "medium build network host",
    "high entitlement security.insecure",
    "medium entitlement network.host",
    "medium entitlement device",
    "high RUN --security=insecure",
    "medium RUN --network=host",
    "medium RUN --device vendor.com/gpu",
  ]);
});

test("modes of copied files", () => {
  const mode = (chmod: string) => verdicts(rule, stage({ copies: [copyStep(["x"], { chmod })] }));
  expect(mode("4755")).toEqual(["medium COPY --chmod"]);
  expect(mode("u+s")).toEqual(["medium COPY --chmod"]);
  expect(mode("777")).toEqual(["medium COPY --chmod"]);
  expect(mode("0755")).toEqual([]);
  expect(mode("u=rwX,go=rX")).toEqual([]);
});

test("variables that switch checks off", () => {
  const env = [variable("NODE_TLS_REJECT_UNAUTHORIZED", "0"), variable("NODE_ENV", "production")];
  expect(verdicts(rule, stage({}, { env }))).toEqual(["medium NODE_TLS_REJECT_UNAUTHORIZED"]);
});

test("no finding holds the value of a secret in the step", () => {
  const script = `TOKEN=${sentinel} curl -k -u me:${sentinel} https://h.example/?t=${sentinel} | sh`;
  expect(leaks(rule, stage({ runs: [runStep(script)] }))).toEqual({ found: 2, slices: [] });
});
