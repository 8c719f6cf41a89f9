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
  ["yum install -y --nogpgcheck x", "medium yum --nogpgcheck"],
  ["apk add --allow-untrusted x.apk", "medium apk --allow-untrusted"],
  ["NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci", "medium NODE_TLS_REJECT_UNAUTHORIZED"],
  ["export GIT_SSL_NO_VERIFY=true", "medium GIT_SSL_NO_VERIFY"],
  ["curl -fsSL https://h.example/i.sh | sh", "medium download piped into sh"],
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
  ["curl -fsSL -o x.sh https://h.example/x.sh && sh x.sh", "medium download run"],
  [
    "curl -fsSLo /tmp/x.sh https://h.example/a; bash -e -o pipefail /tmp/x.sh",
    "medium download run",
  ],
  ["curl -fsSLO https://h.example/x.sh?v=1 && chmod +x x.sh && ./x.sh", "medium download run"],
  ["curl --output=/tmp/x https://h.example/x && cd /tmp && ./x", "medium download run"],
  ["wget https://h.example/x.sh\nbash x.sh", "medium download run"],
  ["wget -qO /tmp/x https://h.example/x && /tmp/x --yes", "medium download run"],
  ["curl -O https://h.example/get-pip.py && python3 get-pip.py", "medium download run"],
  ["sha256sum -c other && curl -O https://h.example/i.py && python3 i.py", "medium download run"],
  ['sh <<< "$(curl -s https://h.example/x.sh)"', "medium download piped into sh"],
  ["pip install --index-url http://p.example.net/simple x", "medium pip index over http"],
  ["pip install -ihttp://p.example.net/simple x", "medium pip index over http"],
  ["python3 -m pip install --extra-index-url=http://p.example.net x", "medium pip index over http"],
  ["pip config set global.index-url http://p.example.net", "medium pip index over http"],
  ["uv pip install --index http://p.example.net/simple x", "medium pip index over http"],
  [
    "pip install -i http://p.example.net --trusted-host p.example.net x",
    "medium pip --trusted-host",
  ],
  ["PIP_INDEX_URL=http://p.example.net/simple pip install x", "medium PIP_INDEX_URL"],
  ["npm config set registry http://n.example.net", "medium npm registry over http"],
  ["npm ci --registry=http://n.example.net", "medium npm registry over http"],
  ["yarn config set registry http://n.example.net", "medium npm registry over http"],
  ["npm config set @shop:registry=http://n.example.net", "medium npm registry over http"],
  ["gem install --source http://g.example.net x", "medium gem source over http"],
  ["gem sources --add http://g.example.net", "medium gem source over http"],
  ["composer config -g secure-http false", "medium composer secure-http"],
  ["conda config --set ssl_verify false", "medium conda ssl_verify"],
  [
    "helm repo add x https://h.example --insecure-skip-tls-verify",
    "medium --insecure-skip-tls-verify",
  ],
  ["ssh -oStrictHostKeyChecking=no git@h.example", "medium ssh StrictHostKeyChecking"],
  ["dnf install -y --setopt=gpgcheck=0 x", "medium yum --nogpgcheck"],
  ["dnf install -y --setopt=extras.gpgcheck=0 x", "medium yum --nogpgcheck"],
  ["yum --setopt=sslverify=false install x", "medium yum sslverify"],
  [
    "echo 'deb [trusted=yes] https://a.example/ x main' > /etc/apt/x.list",
    "medium apt trusted=yes",
  ],
  [
    "echo 'deb [arch=amd64 trusted=yes] http://a.example/ x main' | tee x",
    "medium apt trusted=yes",
  ],
  ["sed -i 's/^deb /deb [trusted=yes] /' /etc/apt/sources.list", "medium apt trusted=yes"],
  [
    "printf '[x]\\nbaseurl=https://y\\ngpgcheck=0\\n' > /etc/yum.repos.d/x.repo",
    "medium gpgcheck=0",
  ],
  [
    "echo 'APT::Get::AllowUnauthenticated \"true\";' > /etc/apt/apt.conf.d/9",
    "medium apt unauthenticated",
  ],
  ["echo strict-ssl=false >> .npmrc", "medium certificate check off"],
  ['echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers', "medium sudo NOPASSWD"],
  ["sed -i 's/^%wheel.*/%wheel ALL=(ALL) NOPASSWD:ALL/' /etc/sudoers", "medium sudo NOPASSWD"],
  ["go env -w GOSUMDB=off", "medium GOSUMDB"],
  ["GONOSUMDB='*' go build", "medium GONOSUMDB"],
  ["GOFLAGS=-insecure go get x", "medium GOFLAGS"],
  ["go env -w GOINSECURE=*.example.net", "medium GOINSECURE"],
  ["setcap cap_setuid,cap_setgid+ep /bin/x", "medium setcap"],
  ["setcap 'cap_net_raw=ep cap_sys_admin+eip' /bin/x", "medium setcap"],
  ["setcap =ep /bin/x", "medium setcap"],
  ["setcap all=+ep /bin/x", "medium setcap"],
  ["find /app -type d -exec chmod 777 {} +", "medium chmod world-writable"],
  ["find /app -name x -exec chmod u+s '{}' ';'", "medium chmod setuid"],
  ["mkdir -p -m 777 /app/data", "medium made world-writable"],
  ["install -d --mode=0777 /app/data", "medium made world-writable"],
  ["sudo make install", "low uses sudo"],
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
  'curl -o x.sh https://h.example/x.sh && echo "$SUM  x.sh" | sha256sum -c - && sh x.sh',
  'curl -O https://h.example/x.sh; [ "$(sha256sum x.sh | cut -c1-64)" = "$SUM" ]; sh x.sh',
  "curl -O https://h.example/x.sh && curl -O https://h.example/x.sh.asc && gpg --verify x.sh.asc x.sh && sh x.sh",
  "curl -o s.php https://h.example/i && php -r \"hash_file('sha384', 's.php');\" && php s.php",
  "curl -o data.json https://h.example/d && python3 load.py data.json",
  "curl -o data.sh https://h.example/d && sh -c 'cat data.sh'",
  "curl -o a/x.sh https://h.example/d && sh b/x.sh",
  "wget -O- https://h.example/x | tar xz && ./configure",
  "curl -o x.tgz https://h.example/x.tgz && tar xzf x.tgz && ./x/install.sh",
  "pip install --index-url https://p.example.net/simple x",
  "pip install -i http://localhost:3141/simple x",
  "pip install -i http://me:pw@127.0.0.1:3141/simple x",
  "pip install --require-hashes -i http://p.example.net/simple -r r.txt",
  "python3 fetch.py -i http://p.example.net/data",
  "npm config set registry https://n.example.net",
  "npm publish --registry http://localhost:4873",
  "dnf install --setopt=repo_gpgcheck=0 --setopt=gpgcheck=1 x",
  "echo 'deb [trusted=yes] file:/srv/packages ./' > /etc/apt/sources.list.d/local.list",
  "echo 'deb [signed-by=/k.gpg] https://a.example/ x main' > x",
  "sed -i 's/\\[trusted=yes\\]//' /etc/apt/sources.list",
  "sed -i '/NOPASSWD: ALL/d' /etc/sudoers",
  "sed -i 's/NOPASSWD: ALL/ALL/' /etc/sudoers",
  "! grep -q 'NOPASSWD: ALL' /etc/sudoers",
  "echo 'app ALL=(root) NOPASSWD: /usr/bin/reload' > /etc/sudoers.d/app",
  "printf 'gpgcheck=1\\nrepo_gpgcheck=0\\n' > x.repo",
  "ssh -o StrictHostKeyChecking=accept-new git@h.example",
  "go env -w GOPRIVATE=git.example.net GOSUMDB=sum.golang.org",
  "GOFLAGS=-mod=vendor go build",
  "setcap cap_net_bind_service=+ep /bin/x",
  "setcap cap_net_raw+ep /bin/ping",
  "setcap cap_setuid-ep /bin/x",
  "setcap cap_sys_admin+i /bin/x",
  "setcap -r /bin/x",
  "find /app -type f -exec chmod 644 {} +",
  "find / -perm /6000 -type f -exec chmod a-s {} \\; || true",
  "mkdir -p -m 1777 /app/tmp",
  "install -d -m 0750 -o app /app/data",
  "install -m 777 x /tmp/x",
  "sudo make install && apt-get purge -y sudo",
])("%s is fine", (script) => {
  expect(of(script)).toEqual([]);
});

test("what one step downloads, another of the same stage runs", () => {
  const steps = (...scripts: readonly (readonly [stage: string, script: string])[]) =>
    verdicts(
      rule,
      stage({ runs: scripts.map(([name, script]) => runStep(script, { stage: name })) }),
    );
  const download = "curl -fsSL https://h.example/x.sh -o /x.sh";
  expect(steps(["a", download], ["a", "sh /x.sh"])).toEqual(["medium download run"]);
  expect(steps(["a", download], ["a", "sh /x.sh"], ["a", "sh /x.sh"])).toEqual([
    "medium download run",
  ]);
  expect(steps(["a", download], ["a", "sha256sum -c x"], ["a", "sh /x.sh"])).toEqual([]);
  expect(steps(["a", download], ["b", "sh /x.sh"])).toEqual([]);
});

test.each([
  ["sudo apt-get update --allow-insecure-repositories", "medium apt unauthenticated"],
  ["curl -fsSL https://h.example/i.sh | sudo -E bash -", "medium download piped into bash"],
  ["curl -sS https://h.example/x.sh > x.sh && sudo sh ./x.sh -y", "medium download run"],
])("what sudo starts is judged: %s", (script, expected) => {
  expect(of(script, { inImage: false })).toEqual([expected]);
});

test("sudo is told once, and not beside what installs it", () => {
  expect(of("sudo a && sudo b")).toEqual(["low uses sudo"]);
  expect(of("apt-get install -y sudo && sudo make install")).toEqual(["low installs sudo"]);
  expect(of("sudo a", { inImage: false })).toEqual([]);
});

test("settings in files that heredocs write", () => {
  const text = "# app ALL=(ALL) NOPASSWD: ALL\nDefaults env_reset\napp ALL=(ALL) NOPASSWD: ALL\n";
  const file = { path: "Dockerfile", text };
  const heredoc = { text, span: { file, start: 0, end: text.length } };
  const [finding, ...more] = rule.check(
    stage({ copies: [copyStep(["x"], { contents: [heredoc] })] }),
  );
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    subject: "sudo NOPASSWD",
    at: { start: text.indexOf("\napp") + 1, end: text.length - 1 },
  });
  expect(of("cat <<EOF > /etc/sudoers.d/app", { heredocs: [heredoc] })).toEqual([
    "medium sudo NOPASSWD",
  ]);
  const source = "[x]\ngpgcheck=0\n";
  const repository = {
    text: source,
    span: { file: { path: "Dockerfile", text: source }, start: 0, end: source.length },
  };
  expect(of("cat <<EOF > /x.repo", { heredocs: [repository] })).toEqual(["medium gpgcheck=0"]);
  expect(of("cat <<EOF > /etc/sudoers.d/app", { heredocs: [heredoc], inImage: false })).toEqual([]);
});

test("hostile scripts are judged in linear time", () => {
  const start = performance.now();
  of(`echo '${"[".repeat(300_000)}' && echo '${"$(".repeat(100_000)}'`);
  of(
    Array.from({ length: 3_000 }, (_, index) => `curl -o f${index} https://h/x; sh g${index}`).join(
      ";",
    ),
  );
  expect(performance.now() - start).toBeLessThan(3_000);
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
  expect(mode("a+rwX")).toEqual(["medium COPY --chmod"]);
  expect(mode("ug=rwxs")).toEqual(["medium COPY --chmod"]);
  expect(mode("1777")).toEqual([]);
  expect(mode("0755")).toEqual([]);
  expect(mode("u=rwX,go=rX")).toEqual([]);
});

test("variables that switch checks off", () => {
  const env = [variable("NODE_TLS_REJECT_UNAUTHORIZED", "0"), variable("NODE_ENV", "production")];
  expect(verdicts(rule, stage({}, { env }))).toEqual(["medium NODE_TLS_REJECT_UNAUTHORIZED"]);
  const more = [
    variable("GOSUMDB", "off"),
    variable("GOFLAGS", "-mod=vendor"),
    variable("PIP_INDEX_URL", "http://p.example.net/simple"),
    variable("NPM_CONFIG_REGISTRY", "https://n.example.net"),
  ];
  expect(verdicts(rule, stage({}, { env: more }))).toEqual([
    "medium GOSUMDB",
    "medium PIP_INDEX_URL",
  ]);
});

test("arguments that switch checks off", () => {
  const argument = (name: string, value: string) =>
    ({ name, value, from: "declared", origin: written }) as const;
  const args = [
    argument("GIT_SSL_NO_VERIFY", "true"),
    argument("NODE_ENV", "production"),
    argument("PIP_INDEX_URL", "https://p.example.net/simple"),
  ];
  expect(verdicts(rule, stage({ args }))).toEqual(["medium GIT_SSL_NO_VERIFY"]);
});

test("no finding holds the value of a secret in the step", () => {
  const script = `TOKEN=${sentinel} curl -k -u me:${sentinel} https://h.example/?t=${sentinel} | sh`;
  expect(leaks(rule, stage({ runs: [runStep(script)] }))).toEqual({ found: 2, slices: [] });
});
