import { expect, test } from "vitest";
import { known, setAt } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import {
  capableOf,
  fileOf,
  imageOf,
  layerOf,
  sightingIn,
} from "../../rules/image-contents-testing.ts";
import { somewhere } from "../../rules/testing.ts";
import { createPaint } from "../terminal/paint.ts";
import { postureLines } from "./table.ts";

const paint = createPaint(false);
const field = (name: string, at: string) =>
  sightingIn("", { name, place: { image: "image:app:1.0", field: at } });

test("an image is one line a layer: what it decides, what it holds, and the engine's default", () => {
  const workload = imageOf(
    {
      setuid: [fileOf("/usr/bin/su", { layer: layerOf(0) }), fileOf("/usr/bin/passwd")],
      capable: [capableOf("/usr/bin/python3", "SETUID")],
      secrets: [
        sightingIn("/app/live"),
        sightingIn("/app/gone", { state: { is: "deleted", byLayer: 7 } }, layerOf(4)),
        field("DB_PASSWORD", "config.Env[1]"),
        field("NPM_TOKEN", "history[2].created_by"),
        field("NPM_TOKEN", "attestation[0].predicate"),
        sightingIn("/etc/ssl/x", { confidence: "low" }),
      ],
    },
    { exposedPorts: [{ text: "8080/tcp", origin: setAt(somewhere) }] },
  );
  expect(`\n${postureLines(workload, 100, paint).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    ╭─ app ────────────────────────────────────────────────────────────────────────────── test.yaml:1 ─╮
    │ namespaces     the engine's default, unless it is started otherwise                              │
    │ cgroups        the engine's default, unless it is started otherwise                              │
    │ user         + uid 1000, gid 1000                                               line 1           │
    │ capabilities   permitted, effective none                                        Docker's default │
    │                bounding Docker's 14; setuid-root programs regain them           Docker's default │
    │ setuid         2 setuid or setgid: su, passwd                                   layers 0, 1      │
    │              ! 1 with capabilities: python3 (SETUID)                            layer 1          │
    │ seccomp        the engine's default, unless it is started otherwise                              │
    │ LSM            the engine's default, unless it is started otherwise                              │
    │ mounts         the engine's default, unless it is started otherwise                              │
    │ devices        the engine's default, unless it is started otherwise                              │
    │ exposed        8080/tcp                                                         line 1           │
    │ secrets      ! 1 in files: /app/live                                            layer 1          │
    │              ! 1 in files that are gone from sight, recoverable: /app/gone      layer 4          │
    │              ! 1 in the configuration: DB_PASSWORD                                               │
    │              ! 1 in the history: NPM_TOKEN                                                       │
    │              ! 1 in attestations: NPM_TOKEN                                                      │
    │                1 that may be none                                                                │
    ╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    "
  `);
});

test("an image that holds nothing says so", () => {
  const workload = imageOf({}, { user: known(parseUser(""), setAt(somewhere)) });
  const table = postureLines(workload, 100, paint).join("\n");
  expect(table).toMatch(/setuid +\+ none/);
  expect(table).toMatch(/exposed +no port/);
  expect(table).toMatch(/secrets +none found/);
  expect(table).toContain("permitted, effective, bounding Docker's 14");
});

test("thousands of secrets keep their row short", () => {
  const secrets = Array.from({ length: 5000 }, (_, index) =>
    sightingIn(`/x/${String(index)}`, {}, layerOf(index)),
  );
  expect(postureLines(imageOf({ secrets }), 100, paint).length).toBeLessThan(30);
});
