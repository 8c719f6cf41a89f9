import fc from "fast-check";
import { expect, test } from "vitest";
import { finding, report, shopReport, spanOf } from "../testing.ts";
import { collectSecretValues } from "./collect.ts";
import { redactReport } from "./redact.ts";
import { valueFinder } from "./value-finder.ts";

const nothing = { sources: [], environment: {} };

function valuesOf(text: string): readonly string[] {
  const sources = [{ path: "run.sh", text }];
  return [...collectSecretValues(report({}), { sources, environment: {} })];
}

function hidden(values: readonly string[], text: string): readonly string[] {
  return valueFinder(values)(text).map(({ start, end }) => text.slice(start, end));
}

test.each([
  ["TOKEN=S3cr3tHunter; docker run app", "S3cr3tHunter"],
  ["export DB_PASSWORD='it is long'", "it is long"],
  ["\tAPI_TOKEN := S3cr3tHunter", "S3cr3tHunter"],
  ['  "api_token": "S3cr3tHunter",', "S3cr3tHunter"],
  ["image: reg/${TOKEN:-S3cr3tHunter}:1", "S3cr3tHunter"],
  ["user: ${DB_PASSWORD-S3cr3tHunter}", "S3cr3tHunter"],
  ["image: ${TOKEN:-${OTHER:-S3cr3tHunter}}", "S3cr3tHunter"],
  ["password: correct horse battery", "correct horse battery"],
  ["DATABASE_URL=postgres://app:S3cr3tHunter@db/x", "S3cr3tHunter"],
])("%s tells its secret", (text, value) => {
  expect(valuesOf(text)).toContain(value);
});

test.each([
  "POSTGRES_PASSWORD=postgres",
  "PORT=8080",
  "NODE_ENV=production",
  "TOKEN=$OTHER",
  "SECRET_FILE=/run/secrets/db",
  "user: ${APP_UID:-10001}",
  "keyboard: german-layout",
])("%s tells none", (text) => {
  expect(valuesOf(text)).toEqual([]);
});

test.each([
  ["sshpass -p S3cr3tHunter ssh -p 2222 h", "S3cr3tHunter"],
  ["RUN echo S3cr3tHunter > /root/.npmrc && x", "S3cr3tHunter"],
  ["      - run: docker login -u me \\\n          -p S3cr3tHunter r.example", "S3cr3tHunter"],
  [`CMD ["sh", "-c", "mysql -pS3cr3tHunter"]`, "S3cr3tHunter"],
  ["psql -c \"ALTER USER a PASSWORD 'S3cr3tHunter'\"", "S3cr3tHunter"],
  ["curl -u me:correct-horse https://h.example", "correct-horse"],
])("the command %s tells its secret", (text, value) => {
  expect(valuesOf(text)).toContain(value);
});

test.each([
  "docker run -p 8080:80 nginx && docker login r.example",
  "echo hello | docker login --password-stdin",
  'sshpass -p "$PW" ssh -p 2222 h',
  "curl -u me https://h.example/a.tgz | tar xz",
  "npm config set registry https://registry.example.net",
  "apt-get install -y curl mysql-client zip",
  "echo done > /root/.npmrc",
  "cat /run/secrets/db | docker login -u me --password-stdin",
])("the command %s tells none", (text) => {
  expect(valuesOf(text)).toEqual([]);
});

test("no number of variables in a file, and of tokens, is beyond what is hidden", () => {
  const variables = Array.from(
    { length: 6000 },
    (_, index) => `DB_PASSWORD_${index}=S3cr3t-${index}-x`,
  );
  const tokens = Array.from(
    { length: 3000 },
    (_, index) => `a: https://me:Zx81kQ${index}v@h.example`,
  );
  const hide = valuesOf([...variables, ...tokens].join("\n"));
  expect(hide).toContain("S3cr3t-5999-x");
  expect(hide).toContain("Zx81kQ2999v");
  const urls = variables.map((line) => line.replace(/=(.*)/, "=https://me:$1@h.example/db"));
  expect(valuesOf(urls.join("\n"))).toContain("S3cr3t-5999-x");
});

test("values are found anywhere in a text, in any case; words and numbers only alone", () => {
  expect(hidden(["S3cr3tHunter"], "reg/xs3cr3thunterx:S3cr3tHunter")).toHaveLength(2);
  expect(hidden(["hunter", "8080"], "hunters use 18080, hunter uses :8080/x")).toEqual([
    "hunter",
    "8080",
  ]);
});

test("the longest of the values that begin alike is hidden", () => {
  expect(hidden(["S3cr3t-1", "S3cr3t-1-long"], "a S3cr3t-1-long b")).toEqual(["S3cr3t-1-long"]);
});

test("a long value that was cut is hidden too", () => {
  const value = "aB3".repeat(20);
  expect(hidden([value], `user ${value.slice(0, 40)}…`)).toEqual([value.slice(0, 40)]);
});

test("very many values that begin alike hide the whole word", () => {
  const values = Array.from({ length: 500 }, (_, index) => `same-${index}-X1`);
  expect(hidden(values, "a same-77-X1 b")).toEqual(["same-77-X1"]);
});

test("what is found is in order, apart and inside, and no strong value is left", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 })), fc.string(), fc.nat(), (all, text, at) => {
      const values = [...all, "S3cr3tHunter"];
      const whole = `${text.slice(0, at)}S3cr3tHunter${text.slice(at)}`;
      let last = 0;
      let left = "";
      for (const { start, end } of valueFinder(values)(whole)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        left += `${whole.slice(last, start)}\0`;
        last = end;
      }
      expect(last).toBeLessThanOrEqual(whole.length);
      expect(left + whole.slice(last)).not.toContain("S3cr3tHunter");
    }),
  );
});

test("a report without secrets stays as it is", () => {
  const plain = report({});
  expect(redactReport(plain, nothing)).toBe(plain);
});

test("all texts are redacted; places, rules and fingerprints stay", () => {
  const shop = shopReport();
  const [proxy] = shop.workloads;
  if (proxy === undefined) throw new Error("no workload");
  const value = "correct-horse-battery";
  const id = `${proxy.id}.${value}`;
  const said = finding("image-not-pinned", spanOf(proxy.source.file, "traefik:v3"), {
    workloads: [id],
    message: `image reg/${value}:1 has no digest`,
    detail: `a ${value}`,
    help: `b ${value}`,
    label: `c ${value}`,
    subject: value,
    related: [{ span: proxy.source, label: value }],
    fix: {
      disposition: "review",
      title: value,
      edits: [{ span: proxy.source, replacement: value }],
    },
  });
  const redacted = redactReport(
    {
      ...shop,
      workloads: [...shop.workloads, { ...proxy, id, name: `docker run ${value}` }],
      findings: [said],
      unknowns: [{ path: "x", workload: id, what: value, why: value, settle: value }],
    },
    nothing,
  );
  const [one] = redacted.findings;
  expect(one).toMatchObject({
    rule: said.rule,
    fingerprint: said.fingerprint,
    message: "image reg/••••:1 has no digest",
    subject: "••••",
    workloads: [`${proxy.id}.••••`],
  });
  expect(one?.primary).toBe(said.primary);
  const { primary: _, ...texts } = one ?? said;
  const printed = JSON.stringify([texts, redacted.unknowns], (key, part: unknown) =>
    key === "span" ? undefined : part,
  );
  expect(printed).not.toContain(value);
  expect(redacted.workloads.at(-1)).toMatchObject({
    id: `${proxy.id}.••••`,
    name: "docker run ••••",
  });
});

test("workloads whose ids only a secret told apart stay apart", () => {
  const shop = shopReport();
  const [proxy] = shop.workloads;
  if (proxy === undefined) throw new Error("no workload");
  const environment = { A_TOKEN: "S3cr3tHunter1", B_TOKEN: "S3cr3tHunter2" };
  const workloads = ["S3cr3tHunter1", "S3cr3tHunter2"].map((id) => ({ ...proxy, id }));
  const { workloads: shown } = redactReport({ ...shop, workloads }, { sources: [], environment });
  expect(shown.map(({ id }) => id)).toEqual(["••••", "••••~2"]);
});

test("time grows linearly with hostile text", () => {
  const text = `${"${TOKEN:-".repeat(40_000)}${"PASSWORD".repeat(40_000)}=${"a".repeat(300_000)}`;
  const start = performance.now();
  const values = valuesOf(text);
  valueFinder([...values, "a".repeat(9000)])(text);
  expect(performance.now() - start).toBeLessThan(10_000);
});
