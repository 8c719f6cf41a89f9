/** Small reports made by hand, for the tests of the formats. */

import type { Fact, RelatedPlace, Unknown } from "../model/fact.ts";
import { known, setAt, unknownAt } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import { severities } from "../model/finding.ts";
import { sha256 } from "../model/sha256.ts";
import type { SourceFile, Span } from "../model/source.ts";
import type { Runtime } from "../model/runtime.ts";
import type { Workload } from "../model/workload.ts";
import { defaultRuntime } from "../readers/default-runtime.ts";
import { imageFacts } from "../readers/image-facts.ts";
import { parseImageReference } from "../model/image-reference.ts";
import type { FormatOptions, Report, Summary } from "./contract.ts";

/** The span of the first (or n-th) occurrence of a text. */
export function spanOf(file: SourceFile, text: string, nth = 0): Span {
  let start = file.text.indexOf(text);
  for (let count = 0; count < nth; count++) start = file.text.indexOf(text, start + 1);
  if (start < 0) throw new Error(`${file.path} does not hold the text`);
  return { file, start, end: start + text.length };
}

export function finding(rule: string, primary: Span, more: Partial<Finding> = {}): Finding {
  const subject = more.subject ?? "";
  return {
    rule,
    severity: "high",
    confidence: "high",
    workloads: [`${primary.file.path}#services.api`],
    message: "a message",
    detail: "",
    help: "",
    primary,
    label: "",
    related: [],
    subject,
    fingerprint: sha256(`${rule} ${primary.file.path} ${primary.start} ${subject}`).slice(0, 32),
    ...more,
  };
}

export function report(parts: Partial<Omit<Report, "summary">>): Report {
  const findings = parts.findings ?? [];
  const unknowns = parts.unknowns ?? [];
  return {
    tool: { name: "plimsoll", version: "0.1.0" },
    workloads: [],
    standards: [],
    files: 1,
    ...parts,
    findings,
    unknowns,
    summary: summaryOf(findings, unknowns),
  };
}

function summaryOf(findings: readonly Finding[], unknowns: readonly Unknown[]): Summary {
  const count = (severity: string): number =>
    findings.filter((one) => one.severity === severity && one.suppressed === undefined).length;
  const [critical = 0, high = 0, medium = 0, low = 0, info = 0] = severities.map(count);
  const suppressed = findings.filter((one) => one.suppressed !== undefined).length;
  return { critical, high, medium, low, info, suppressed, unknown: unknowns.length };
}

export const plainOptions: FormatOptions = {
  width: 80,
  color: false,
  showSuppressed: false,
  posture: false,
  links: false,
};

/** A Compose file and a Dockerfile with mistakes that people make. */
export const composeFile: SourceFile = {
  path: "compose.yaml",
  text: [
    "services:",
    "  proxy:",
    "    image: traefik:v3",
    "    volumes:",
    "      - /var/run/docker.sock:/var/run/docker.sock:ro",
    "  api:",
    "    build: .",
    "    environment:",
    "      NODE_ENV: production",
    "      DB_PASSWORD: correct-horse-battery",
    "      REDIS_URL: redis://:s3cr3t-r3d1s@cache:6379",
    "    cap_add: [SYS_ADMIN]",
    "    mem_limit: 512m",
    "  worker:",
    "    image: example/worker:2",
    "",
  ].join("\n"),
};

export const dockerFile: SourceFile = {
  path: "Dockerfile",
  text: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
};

export function workload(
  name: string,
  source: Span,
  image: string,
  imageSpan: Span,
  change: (runtime: Runtime) => Partial<Runtime> = () => ({}),
): Workload {
  const reference = parseImageReference(image);
  if (reference === undefined) throw new Error("no image reference");
  const imageFact = known(reference, setAt(imageSpan));
  const runtime = defaultRuntime("docker", source);
  return {
    id: `${source.file.path}#services.${name}`,
    kind: "compose-service",
    name: `service ${name}`,
    source,
    engine: "docker",
    platform: "linux",
    image: imageFact,
    ...imageFacts(imageFact, imageSpan, {}),
    command: known({}, setAt(imageSpan)),
    env: [],
    runtime: { ...runtime, ...change(runtime) },
    execs: [],
    unknowns: [],
    places: [],
  };
}

const from: RelatedPlace = {
  span: spanOf(dockerFile, "FROM node:22"),
  label: "the base image's user is root",
};

function set<T>(value: T, span: Span): Fact<T> {
  return known(value, setAt(span));
}

/** Everything that a report can hold, once. */
export function shopReport(): Report {
  const service = (name: string): Span => spanOf(composeFile, `${name}:`);
  const socket = spanOf(composeFile, "/var/run/docker.sock:/var/run/docker.sock:ro");
  const capability = spanOf(composeFile, "SYS_ADMIN");
  const password = spanOf(composeFile, "DB_PASSWORD: correct-horse-battery");
  const proxy = workload(
    "proxy",
    service("proxy"),
    "traefik:v3",
    spanOf(composeFile, "traefik:v3"),
    () => ({
      mounts: [
        {
          type: "bind",
          source: "/var/run/docker.sock",
          hostPath: "/run/docker.sock",
          target: "/var/run/docker.sock",
          readOnly: true,
          origin: setAt(socket),
        },
      ],
    }),
  );
  const api = workload(
    "api",
    service("api"),
    "node:22",
    spanOf(dockerFile, "node:22"),
    (runtime) => ({
      capAdd: [{ text: "SYS_ADMIN", name: "SYS_ADMIN", origin: setAt(capability) }],
      limits: { ...runtime.limits, memory: set(512 * 1024 * 1024, spanOf(composeFile, "512m")) },
    }),
  );
  const variable = {
    name: "DB_PASSWORD",
    value: "correct-horse-battery",
    from: "literal",
    surface: "environment",
    origin: setAt(password),
    valueSpan: spanOf(composeFile, "correct-horse-battery"),
  } as const;
  const worker = workload(
    "worker",
    service("worker"),
    "example/worker:2",
    spanOf(composeFile, "example/worker:2"),
  );
  const serviceOf = (name: string): RelatedPlace => ({
    span: service(name),
    label: `service ${name}`,
  });
  return report({
    workloads: [proxy, { ...api, env: [variable] }, worker],
    files: 2,
    findings: [
      finding("engine-socket", socket, {
        severity: "critical",
        workloads: [proxy.id],
        message: "the engine's socket is mounted",
        detail:
          "Whoever reaches this socket is root on the host: it takes one request to start a privileged container. Read-only does not help, since a socket is written to by connecting.",
        help: "Put a filtering proxy before the socket and mount the proxy's instead, or drop the mount.",
        label: "the Docker Engine's API",
        related: [serviceOf("proxy")],
        subject: "/run/docker.sock",
      }),
      finding("dangerous-capability", capability, {
        severity: "critical",
        message: "SYS_ADMIN is added",
        detail: "With SYS_ADMIN an attacker can mount the host's disks.",
        help: "Remove SYS_ADMIN from `cap_add`.",
        label: "lets it mount file systems",
        related: [serviceOf("api")],
        subject: "SYS_ADMIN",
        fix: {
          disposition: "review",
          title: "remove SYS_ADMIN",
          edits: [
            { span: spanOf(composeFile, "cap_add: [SYS_ADMIN]"), replacement: "cap_add: []" },
          ],
        },
      }),
      finding("secret-in-env", password, {
        message: "DB_PASSWORD holds a password in clear",
        detail: "Everyone who can read the file, or inspect the container, can read it.",
        help: "Move it to a secret:\nsecrets:\n  - db_password",
        label: "the value stands here",
        related: [serviceOf("api")],
        subject: "DB_PASSWORD",
      }),
      finding("runs-as-root", service("api"), {
        message: "runs as root",
        detail: "The image node:22 sets no user.",
        help: "Write `USER node` at the end of the Dockerfile.",
        related: [from],
        subject: "user",
      }),
      finding("no-resource-limits", service("api"), {
        severity: "medium",
        message: "no limit on processes",
        help: "Set `pids_limit: 200`.",
        subject: "pids",
      }),
      finding("no-resource-limits", service("worker"), {
        severity: "medium",
        workloads: [worker.id],
        message: "no limit on processes",
        help: "Set `pids_limit: 200`.",
        subject: "pids",
      }),
      finding("writable-root-filesystem", service("worker"), {
        severity: "low",
        workloads: [worker.id],
        message: "the root file system can be written",
        help: "Set `read_only: true`.",
        subject: "root",
        suppressed: { by: "inline", reason: "writes a cache", until: "2027-01-31" },
      }),
    ],
    unknowns: [
      unknownAt(
        spanOf(composeFile, "example/worker:2"),
        "user of service worker",
        "nothing sets a user and the image example/worker:2 is not at hand",
        "set `user:` on the service, or check where the image can be read",
      ),
      {
        path: "chart/templates/web.yaml",
        what: "file",
        why: "it is a Helm template that was not rendered",
        settle: "run `helm template` and check its output",
      },
    ],
    standards: [
      {
        standard: "pod-security:restricted@1.37",
        pod: "Deployment web",
        source: service("api"),
        failures: [
          {
            check: "capabilities_restricted",
            reason: "unrestricted capabilities",
            detail: 'container "api" must set capabilities.drop to ALL',
            fields: [{ field: "capabilities.add", span: capability }],
          },
        ],
      },
    ],
  });
}
