/** What the whole rulebook says of an image, read from its layers. */

import { expect, test } from "vitest";
import { readText } from "../readers/read-text.ts";
import { checkWorkloads } from "./check-workload.ts";
import type { DescribedImage } from "./image-testing.ts";
import { builtImage, describedImage } from "./image-testing.ts";
import { rules } from "./registry.ts";

const PASSWD = "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n";
const base = { step: "ADD rootfs.tar / # buildkit", files: { "/etc/passwd": PASSWD } };

async function verdictsOn(description: DescribedImage): Promise<string[]> {
  const findings = checkWorkloads([await describedImage(description)], rules);
  return findings.map(({ severity, rule, subject }) => `${severity} ${rule} ${subject}`);
}

test.each<[string, Record<string, unknown>, string[]]>([
  ["no user", {}, ["high runs-as-root user"]],
  ["an empty user", { User: "" }, ["high runs-as-root user"]],
  ["a number", { User: "1000:1000" }, []],
  ["a name of the image", { User: "app" }, ["low user-not-numeric user"]],
  ["a name that is nobody's", { User: "ghost" }, ["low user-not-numeric user"]],
  ["another name of root", { User: "toor" }, ["high runs-as-root user"]],
  ["root's group", { User: "1000:0" }, ["low runs-as-root group"]],
  [
    "ports, volumes and labels",
    {
      User: "1000:1000",
      ExposedPorts: { "80/tcp": {} },
      Volumes: { "/data": {} },
      Labels: { "org.opencontainers.image.source": "https://example.com/a" },
    },
    [],
  ],
  [
    "a secret's file",
    { User: "1000:1000", Env: ["DB_PASSWORD_FILE=/run/secrets/db", "PATH=/usr/bin"] },
    [],
  ],
  [
    "an engine elsewhere",
    { User: "1000:1000", Env: ["DOCKER_HOST=tcp://docker:2375"] },
    ["high engine-api-over-tcp DOCKER_HOST"],
  ],
])("%s", async (_, config, expected) => {
  expect(await verdictsOn({ config, steps: [base] })).toEqual(expected);
});

test("an entrypoint that gives root up is told", async () => {
  const script = { content: '#!/bin/sh\nset -e\nexec gosu app "$@"\n', mode: "755" };
  const found = await verdictsOn({
    config: { Entrypoint: ["/docker-entrypoint.sh"] },
    steps: [base, { step: "COPY . /", files: { "/docker-entrypoint.sh": script } }],
  });
  expect(found).toEqual(["medium runs-as-root user"]);
});

test("an image of Windows is not judged as one of Linux", async () => {
  const workload = await builtImage({ layers: [[{ path: "Files/a" }]], extra: { os: "windows" } });
  expect(checkWorkloads([workload], rules).map(({ rule }) => rule)).toEqual([]);
});

/** The same variable in a Dockerfile and in the image that is built of it. */
test.each([
  ["DB_PASSWORD", "tr0ub4dor-and-3-horses"],
  ["PGPASSWORD", "tr0ub4dor-and-3-horses"],
  ["POSTGRES_PASSWORD", "postgres"],
  ["DATABASE_URL", "postgres://app:tr0ub4dor-and-3@db/shop"],
  ["DATABASE_URL", "postgres://db/shop"],
  ["TOKEN_TTL", "3600"],
  ["API_KEY", "changeme"],
  ["SESSION_SECRET", "x"],
  ["NODE_ENV", "production"],
  ["GPG_KEY", "E3FF2839C048B25C084DEBE9B26995E310250568"],
])("ENV %s=%s is as grave in the image as in the Dockerfile", async (name, value) => {
  const { workloads } = readText({ Dockerfile: `FROM node:22\nENV ${name}=${value}\n` }, {});
  const own = (id: string) => rules.filter((rule) => rule.id === id);
  const written = checkWorkloads(workloads, own("secret-in-env"));
  const image = await describedImage({ config: { Env: [`${name}=${value}`] }, steps: [base] });
  const built = checkWorkloads([image], own("secret-in-image-config"));
  const said = (findings: typeof built) =>
    findings.map(({ severity, confidence, message }) => [severity, confidence, message]);
  expect(said(built)).toEqual(said(written));
});
