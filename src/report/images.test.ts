/** Secrets of an image, from the bytes of its layers to every format: all are told, none of them is shown. */

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, test } from "vitest";
import { tokenDetectors } from "../detect/detectors.ts";
import { sampleOf, seededRandom } from "../detect/testing.ts";
import type { Finding } from "../model/finding.ts";
import type { Workload } from "../model/workload.ts";
import { builtImage } from "../rules/image-testing.ts";
import { checkWorkloads } from "../rules/check-workload.ts";
import { rules } from "../rules/registry.ts";
import type { Report } from "./contract.ts";
import { formatNames, loadFormat, wholeText } from "./index.ts";
import { detectValues } from "./mask/detect.ts";
import { replaceRanges } from "./mask/line.ts";
import { createMasker } from "./mask/masker.ts";
import { redactReport } from "./redact/redact.ts";
import { plainOptions, report } from "./testing.ts";

/** A value that the named detector finds, of its own for each seed. */
function made(id: string, seed: number): string {
  const detector = tokenDetectors.find((each) => each.id === id);
  if (detector === undefined) throw new Error(`no detector ${id}`);
  const { text, start, end } = sampleOf(detector, seededRandom(seed), "shortest");
  return text.slice(start, end);
}

const TOKENS = Array.from({ length: 12 }, (_, seed) => made("github-token", seed + 1));
/** Values that no detector knows, one for each place in a document. */
const word = (index: number): string =>
  `Qz7xW${String(index).padStart(2, "0")}vJk-${String(index)}`;
const WORDS = Array.from({ length: 20 }, (_, index) => word(index));
const [deleted = "", overwritten = "", hidden = "", live = "", linked = "", inUrl = ""] = TOKENS;

const npmrc = (token: string): string =>
  `registry=https://npm.example.com/\n//npm.example.com/:_authToken=${token}\n`;

let workload: Workload;
let findings: Finding[];
let plain: Report;

beforeAll(async () => {
  workload = await builtImage(
    {
      layers: [
        [{ path: "etc/passwd", content: "root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n" }],
        [
          { path: "app/.npmrc", content: npmrc(deleted) },
          { path: "app/config.yml", content: `token: ${overwritten}\n` },
          { path: "var/cache/a.txt", content: hidden },
        ],
        [{ path: "app/index.js", content: "1\n", uid: 1000, gid: 1000 }],
        [{ path: "app/config.yml", content: "token: none\n" }],
        [{ path: "app/.wh..npmrc" }, { path: "var/cache/.wh..wh..opq" }],
        [
          { path: "app/live.json", content: JSON.stringify({ token: live }) },
          { path: "srv/one", content: linked },
          { path: "srv/two", flag: "1", link: "srv/one" },
          { path: "usr/bin/find", mode: 0o4755 },
          { path: "usr/bin/su", mode: 0o4755 },
          {
            path: "app/many.env",
            content: TOKENS.slice(6)
              .map((token, index) => `K${String(index)}=${token}\n`)
              .join(""),
          },
        ],
      ],
      config: {
        User: "app",
        Env: [
          "PATH=/usr/bin",
          `DB_PASSWORD=${word(0)}`,
          `REDIS_URL=redis://:${word(1)}@cache:6379`,
        ],
        Labels: { "com.example.password": word(2) },
        Cmd: ["app", "--password", word(3)],
        Entrypoint: ["/bin/sh", "-c", `curl -u me:${word(4)} https://example.com && exec "$@"`],
        Healthcheck: { Test: ["CMD-SHELL", `curl -H "X-Api-Key: ${word(5)}" localhost`] },
        OnBuild: [`RUN mysql -uroot -p${word(6)} db`],
        ExposedPorts: { "8080/tcp": {} },
      },
      history: [
        { created_by: `ARG NPM_TOKEN=${word(7)}`, empty_layer: true },
        { created_by: "COPY passwd /etc/ # buildkit" },
        {
          created_by: `RUN |2 NPM_TOKEN=${word(7)} QUOTED_PASSWORD=a "${word(8)}" \\ ${word(9)} /bin/sh -c npm ci # buildkit`,
        },
        { created_by: `RUN /bin/sh -c git clone https://me:${inUrl}@git.example.com/a # buildkit` },
        { created_by: `/bin/sh -c #(nop)  ENV DB_PASSWORD=${word(0)}`, empty_layer: true },
        { created_by: `RUN /bin/sh -c echo ${word(10)} | docker login -u me --password-stdin` },
        { created_by: "RUN /bin/sh -c rm -r /app/.npmrc /var/cache # buildkit" },
        { created_by: `RUN /bin/sh -c sshpass -p ${word(11)} ssh host # buildkit` },
      ],
      attestations: [
        {
          predicate: {
            buildDefinition: {
              externalParameters: { request: { args: { "build-arg:API_TOKEN": word(12) } } },
            },
          },
        },
      ],
      extra: {
        "moby.buildkit.cache.v0": Buffer.from(
          JSON.stringify({ env: [`CI_TOKEN=${word(13)}`] }),
        ).toString("base64"),
      },
    },
    "oci:shop",
  );
  findings = checkWorkloads([workload], rules);
  plain = report({
    workloads: [workload],
    findings,
    unknowns: [{ path: "oci:shop", what: "layer 9", why: "it is not there", settle: "pull it" }],
  });
});

const messages = (rule: string): string[] =>
  findings.filter((finding) => finding.rule === rule).map(({ message }) => message);

test("a secret that was deleted three layers later is told, with what leads to it", () => {
  const finding = findings.find(
    ({ place }) => place !== undefined && "path" in place && place.path === "/app/.npmrc",
  );
  expect(finding).toMatchObject({
    rule: "secret-in-layer",
    severity: "high",
    message: "GitHub token in /app/.npmrc, deleted in layer 4, still recoverable from layer 1",
    state: { is: "deleted", byLayer: 4 },
    place: { image: "oci:shop", path: "/app/.npmrc", offset: 64, length: deleted.length },
    evidence: { detector: "github-token", checksum: "valid", count: 1 },
  });
  const { place } = finding ?? {};
  expect(place !== undefined && "layer" in place && place.layer.createdBy).toContain("RUN |2");
});

test("every state and every place has its finding", () => {
  expect(messages("secret-in-layer").sort()).toEqual([
    "GitHub token in /app/.npmrc, deleted in layer 4, still recoverable from layer 1",
    "GitHub token in /app/config.yml, overwritten in layer 3, still recoverable from layer 1",
    "GitHub token in /app/live.json",
    "GitHub token in /app/many.env, 6 of them",
    "GitHub token in /srv/one",
    "GitHub token in /var/cache/a.txt, hidden in layer 4, still recoverable from layer 1",
  ]);
  expect(messages("secret-in-history").sort()).toMatchInlineSnapshot(`
    [
      "NPM_TOKEN stands with its value in the image's history",
      "QUOTED_PASSWORD stands with its value in the image's history",
      "a step of the image's history holds a secret in clear (GitHub token)",
      "a step of the image's history holds a secret in clear (the option -p of sshpass)",
      "a step of the image's history holds a secret in clear (the password given to docker)",
    ]
  `);
  expect(messages("secret-in-image-config").sort()).toMatchInlineSnapshot(`
    [
      "label com.example.password holds a secret in clear",
      "the build cache in the image holds a secret in clear",
      "the image's command holds a secret in clear",
      "the image's entrypoint holds a secret in clear (the option -u of curl)",
      "the image's health check holds a secret in clear (credential in an HTTP header)",
      "the image's trigger for builds on it holds a secret in clear (the option -p of mysql)",
      "variable DB_PASSWORD holds a secret in clear",
      "variable REDIS_URL holds a secret in clear",
    ]
  `);
  expect(messages("secret-in-attestation")).toEqual([
    "API_TOKEN stands with its value in an attestation of the image",
  ]);
  expect(messages("setuid-binaries").sort()).toEqual([
    "/usr/bin/find runs as root whoever starts it (setuid)",
    "1 setuid, setgid or capable program of the distribution",
  ]);
  expect(messages("app-can-rewrite-itself")).toHaveLength(1);
  const others = findings.filter(
    ({ rule }) =>
      !/^(?:secret-in-(?:layer|history|image-config|attestation)|setuid-binaries|app-can-rewrite-itself)$/.test(
        rule,
      ),
  );
  expect(others.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
    "low user-not-numeric",
  ]);
});

test("a hard link is told with its file", () => {
  const finding = findings.find(({ message }) => message.endsWith("/srv/one"));
  expect(finding?.detail).toContain("/srv/two by hard link");
  expect(finding?.evidence?.aliases).toEqual(["/srv/two"]);
});

test("no line of the configuration shows a value, framed or not", () => {
  const { file } = workload.source;
  for (const shown of [plain, redactReport(plain, { sources: [], environment: {} })]) {
    const masker = createMasker(shown, detectValues);
    const lines = file.text
      .split("\n")
      .map((line, index) => replaceRanges(line, masker.rangesIn(file, index + 1)));
    const text = lines.join("\n");
    expect([...TOKENS, ...WORDS].filter((value) => text.includes(value))).toEqual([]);
    expect(text).toContain("npm ci # buildkit");
  }
});

test("secrets of one kind in several files are one block, each with what verifies it", async () => {
  const text = await rendered("terminal", plain, 120);
  expect(text).toContain("also at: 2 more places");
  expect(text.match(/verify: oci:shop#sha256:\S+\/srv\/one@0\+40=[0-9a-f]{16}\n/g)).toHaveLength(1);
});

const schema = JSON.parse(
  readFileSync(new URL("../../schema/report.schema.json", import.meta.url), "utf8"),
) as Record<string, unknown>;

test("the JSON report is valid and tells places as the contract says", async () => {
  const text = await rendered("json", plain);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  const parsed = JSON.parse(text) as { findings: Record<string, unknown>[] };
  expect(validate(parsed) ? [] : validate.errors).toEqual([]);
  const found = parsed.findings.find(({ subject }) => subject === "/app/.npmrc github-token");
  expect(found).toMatchObject({ state: "deleted", byLayer: 4 });
  expect(found?.["location"]).toEqual({
    image: "oci:shop",
    layer: { index: 1, digest: expect.stringMatching(/^sha256:/) },
    path: "/app/.npmrc",
    offset: 64,
    length: deleted.length,
  });
  const variable = parsed.findings.find(({ subject }) => subject === "DB_PASSWORD");
  expect(variable).toMatchObject({
    state: "live",
    location: { image: "oci:shop", field: "config.Env[1]" },
  });
});

test.each(formatNames.flatMap((name) => [[name, false] as const, [name, true] as const]))(
  "%s shows every place and no value (redacted: %s)",
  async (name, redacted) => {
    const shown = redacted ? redactReport(plain, { sources: [], environment: {} }) : plain;
    for (const width of [40, 100, 400]) {
      const text = await rendered(name, shown, width);
      const flat = text.replace(/\s+/g, "");
      for (const value of [...TOKENS, ...WORDS]) {
        expect(flat.includes(value), `a value in ${name}: ${value}`).toBe(false);
      }
      expect(flat).toContain("/app/.npmrc");
      expect(flat).toContain("deleted");
    }
    const text = await rendered(name, shown, 400);
    expect(text).toContain("github-token");
    expect(text.replace(/&#91;/g, "[").replace(/&#93;/g, "]")).toContain(
      "attestation[0].predicate",
    );
  },
);

async function rendered(
  name: (typeof formatNames)[number],
  shown: Report,
  width = 100,
): Promise<string> {
  const format = await loadFormat(name);
  return wholeText(format(shown, { ...plainOptions, width, posture: true, showSuppressed: true }));
}
