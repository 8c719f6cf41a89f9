/** A secret that a variable carries into another field leaves in no format. */

import { afterEach, expect, test } from "vitest";
import { project } from "../support/cli.ts";

const SENTINEL = "S3cr3tHunter";
// In two parts, so that no scanner takes this file for one that holds a token.
const GITHUB_TOKEN = ["ghp", "16C7e42F292c6912E7710c838347Ae178B4a"].join("_");
const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

const FORMATS: readonly (readonly string[])[] = [
  ["-f", "terminal", "--posture", "--show-suppressed"],
  ["-f", "terminal", "--width", "40"],
  ...["json", "sarif", "junit", "github", "gitlab", "markdown"].map((format) => ["-f", format]),
];

const INPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a Dockerfile's argument": {
    Dockerfile: `ARG TOKEN=${SENTINEL}\nFROM reg/\${TOKEN}:1\nARG TOKEN=${SENTINEL}\nUSER \${TOKEN}\nVOLUME /\${TOKEN}\n`,
  },
  "a Dockerfile's tag, and a stage": {
    Dockerfile: `ARG TOKEN=${SENTINEL}\nFROM reg/app:\${TOKEN} AS one\nENV DB_PASSWORD=${SENTINEL}\nUSER \${DB_PASSWORD}:\${DB_PASSWORD}\nADD https://example.com/\${DB_PASSWORD}.tgz /\n`,
  },
  "defaults in a Compose file": {
    "compose.yaml": [
      "services:",
      "  api:",
      `    image: reg/\${TOKEN:-${SENTINEL}}:1`,
      `    user: "\${DB_PASSWORD:-${SENTINEL}}"`,
      `    network_mode: "container:\${TOKEN-${SENTINEL}}"`,
      "    devices:",
      `      - /dev/\${TOKEN:-${SENTINEL}}:/dev/x`,
      "    cap_add:",
      `      - \${TOKEN:-${SENTINEL}}`,
      "    volumes:",
      `      - /etc/\${TOKEN:-${SENTINEL}}:/x`,
      "    ports:",
      `      - "\${TOKEN:-${SENTINEL}}:80"`,
      "    sysctls:",
      `      net.core.somaxconn: \${TOKEN:-${SENTINEL}}`,
      "",
    ].join("\n"),
  },
  "a default within a default": {
    "compose.yaml": `services:\n  api:\n    image: reg/app:\${TOKEN:-\${OTHER:-${SENTINEL}}}\n`,
  },
  "an .env file beside a Compose file": {
    ".env": `DB_PASSWORD=${SENTINEL}\n`,
    "compose.yaml":
      "services:\n  api:\n    image: reg/app:${DB_PASSWORD}\n    user: ${DB_PASSWORD}\n",
  },
  "a Compose file's environment": {
    "compose.yaml": `services:\n  api:\n    image: reg/app:${SENTINEL}\n    user: ${SENTINEL}\n    environment:\n      DB_PASSWORD: ${SENTINEL}\n`,
  },
  "a script": {
    "run.sh": `#!/bin/sh\nTOKEN=${SENTINEL}; docker run -u $TOKEN --device /dev/$TOKEN --name $TOKEN --network container:$TOKEN app\ndocker run -p $TOKEN:80 reg/$TOKEN\n`,
  },
  "a Makefile": {
    Makefile: `TOKEN := ${SENTINEL}\nrun:\n\tdocker run -u $(TOKEN) --device /dev/$(TOKEN) reg/app:$(TOKEN)\n`,
  },
  "a token that only its form tells": {
    "run.sh": `FOO=${GITHUB_TOKEN}\ndocker run -u $FOO --device /dev/$FOO reg/$FOO:1\n`,
  },
  "a workflow": {
    ".github/workflows/ci.yml": `on: push\nenv:\n  TOKEN: ${SENTINEL}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker run -u $TOKEN --device /dev/$TOKEN app\n`,
  },
  "a manifest": {
    "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app\n      image: reg/app:${SENTINEL}\n      env:\n        - name: API_TOKEN\n          value: ${SENTINEL}\n      securityContext:\n        capabilities:\n          add: [${SENTINEL}]\n`,
  },
};

for (const [what, files] of Object.entries(INPUTS)) {
  test(`${what} shows no secret in any format`, async () => {
    const { run, remove } = project(files);
    removals.push(remove);
    for (const format of FORMATS) {
      const { out, err, status } = await run(["check", ...format, "."]);
      expect(status, `${format.join(" ")}: ${err}`).toBeLessThan(2);
      expect(out.length).toBeGreaterThan(20);
      expect((out + err).toLowerCase()).not.toContain(SENTINEL.toLowerCase());
      expect(out + err).not.toContain(GITHUB_TOKEN);
    }
  });
}

test("a variable of the caller's environment is not shown either", async () => {
  const { run, remove } = project({
    "compose.yaml":
      "services:\n  api:\n    image: reg/app:${DB_PASSWORD}\n    user: ${DB_PASSWORD}\n",
  });
  removals.push(remove);
  for (const format of FORMATS) {
    const { out } = await run(["check", ...format], { environment: { DB_PASSWORD: SENTINEL } });
    expect(out.toLowerCase()).not.toContain(SENTINEL.toLowerCase());
  }
});

test("a secret of digits is not shown as a uid, a port or a limit", async () => {
  const digits = "48151623";
  const secret = `\${DB_PASSWORD:-${digits}}`;
  const { run, remove } = project({
    "compose.yaml": `services:\n  api:\n    image: reg/app:1\n    user: "${secret}:${secret}"\n    mem_limit: ${secret}\n    ports: ["${secret}:80"]\n`,
  });
  removals.push(remove);
  for (const format of FORMATS) {
    const { out } = await run(["check", ...format]);
    expect(out).toContain("compose.yaml");
    expect(out).not.toContain(digits);
  }
});

test("where the secret stood, the report says that something is hidden", async () => {
  const { run, remove } = project(INPUTS["defaults in a Compose file"] ?? {});
  removals.push(remove);
  const { out } = await run(["check"]);
  expect(out).toContain("reg/••••:1");
  expect(out).toContain("service api");
});
