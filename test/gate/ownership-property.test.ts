/** Two clients do anything, in any order: neither changes the other's objects, nor is told anything of them. */

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, MemoryEngine } from "./support/memory-engine.ts";
import { A, B, twoTenants } from "./support/two-tenants.ts";

const LETTERS = ["a", "b"] as const;
type Letter = (typeof LETTERS)[number];

const name = fc.constantFrom("one", "two", "cafe");
/** What `twoTenants` makes for each: `own` stands for the name of the one that asks. */
const made = fc.constantFrom(
  "own",
  "own-net",
  "own-data",
  "own/app:1",
  "other",
  "other-net",
  "other-data",
  "other/app:1",
);

/** A word for an object: a name that both use, or an id, whole or its beginning, of whichever client. */
const term = fc.oneof(
  name,
  { arbitrary: made, weight: 3 },
  fc.record({ nth: fc.nat({ max: 9 }), length: fc.constantFrom(2, 12, 64) }),
);
type Term = string | { readonly nth: number; readonly length: number };

interface Step {
  readonly letter: Letter;
  readonly operation: string;
  readonly term: Term;
  readonly other: Term;
  readonly name: string;
}

interface Call {
  readonly method: string;
  readonly target: string;
  readonly body?: Json;
}

type Make = (step: { term: string; other: string; name: string; letter: Letter }) => Call;

const on =
  (method: string, path: string): Make =>
  (step) => ({
    method,
    target: path.replaceAll(/\{(\w+)\}/g, (_all, key: "term" | "other" | "name") =>
      encodeURIComponent(step[key]),
    ),
  });

const withHost =
  (host: (step: Parameters<Make>[0]) => Json): Make =>
  (step) => ({
    method: "POST",
    target: `/containers/create?name=${step.name}`,
    body: {
      Image: step.letter === "a" ? "alpine" : step.other,
      Env: [`ENV_OF_${step.letter}=1`],
      Labels: { [`label-of-${step.letter}`]: "1" },
      HostConfig: host(step),
      Volumes: { "/anonymous": {} },
    },
  });

const OPERATIONS: Readonly<Record<string, Make>> = {
  create: (step) => ({
    ...withHost(() => ({}))(step),
    body: {
      Image: "alpine",
      Env: [`ENV_OF_${step.letter}=1`],
      Labels: { [`label-of-${step.letter}`]: "1" },
      Volumes: { "/x": {} },
    },
  }),
  createWithVolume: withHost(({ other }) => ({ Binds: [`${other}:/x`] })),
  createFrom: withHost(({ term: from }) => ({ VolumesFrom: [from] })),
  createJoined: withHost(({ term: to }) => ({
    NetworkMode: `container:${to}`,
    PidMode: `container:${to}`,
  })),
  createOn: withHost(({ term: to }) => ({ NetworkMode: to })),
  list: on("GET", "/containers/json?all=1"),
  inspect: on("GET", "/containers/{term}/json"),
  logs: on("GET", "/containers/{term}/logs?stdout=1"),
  start: on("POST", "/containers/{term}/start"),
  stop: on("POST", "/containers/{term}/stop"),
  rename: on("POST", "/containers/{term}/rename?name={name}"),
  remove: on("DELETE", "/containers/{term}?v=1&force=1"),
  prune: on("POST", "/containers/prune"),
  exec: (step) => ({ ...on("POST", "/containers/{term}/exec")(step), body: { Cmd: ["sh"] } }),
  execStart: (step) => ({ ...on("POST", "/exec/{term}/start")(step), body: {} }),
  commit: on("POST", "/commit?container={term}&repo={name}"),
  images: on("GET", "/images/json?all=1"),
  image: on("GET", "/images/{term}/json"),
  imageExport: on("GET", "/images/{term}/get"),
  imageTag: on("POST", "/images/{term}/tag?repo={name}"),
  imageRemove: on("DELETE", "/images/{term}"),
  imagePull: on("POST", "/images/create?fromImage={name}&tag=latest"),
  imagePrune: on("POST", "/images/prune"),
  build: on("POST", "/build?t={name}"),
  networks: on("GET", "/networks"),
  network: on("GET", "/networks/{term}"),
  networkCreate: ({ name: Name }) => ({
    method: "POST",
    target: "/networks/create",
    body: { Name },
  }),
  networkRemove: on("DELETE", "/networks/{term}"),
  networkConnect: (step) => ({
    ...on("POST", "/networks/{term}/connect")(step),
    body: { Container: step.other },
  }),
  networkDisconnect: (step) => ({
    ...on("POST", "/networks/{term}/disconnect")(step),
    body: { Container: step.other },
  }),
  networkPrune: on("POST", "/networks/prune"),
  volumes: on("GET", "/volumes"),
  volume: on("GET", "/volumes/{term}"),
  volumeCreate: ({ name: Name }) => ({ method: "POST", target: "/volumes/create", body: { Name } }),
  volumeRemove: on("DELETE", "/volumes/{term}"),
  volumePrune: on("POST", "/volumes/prune"),
  info: on("GET", "/info"),
  usage: on("GET", "/system/df"),
  events: on("GET", "/events?since=0&until=1"),
};

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    letter: fc.constantFrom(...LETTERS),
    operation: fc.constantFrom(...Object.keys(OPERATIONS)),
    term,
    other: term,
    name,
  }),
  { minLength: 5, maxLength: 40 },
);

/** What a client owns: ids, and all that the engine holds of it. */
function owned(
  engine: MemoryEngine,
  letter: Letter,
): { readonly ids: readonly string[]; readonly state: string } {
  const containers = engine.containers.filter(
    ({ Labels }) => Labels["dev.plimsoll.owner"] === letter,
  );
  const networks = engine.networks.filter(({ Labels }) => Labels["dev.plimsoll.owner"] === letter);
  const volumes = engine.volumes.filter(
    ({ Name, Labels }) =>
      Labels?.["dev.plimsoll.owner"] === letter ||
      containers.some(({ Mounts }) => Mounts.some((mount) => mount.Name === Name)),
  );
  const images = engine.images.filter(
    ({ Labels }) => Labels["dev.plimsoll.image-owner"] === letter,
  );
  const anonymous = volumes
    .filter(({ Labels }) => Labels["com.docker.volume.anonymous"] !== undefined)
    .map(({ Name }) => Name as string);
  return {
    ids: [...containers, ...networks, ...images].map(({ Id }) => Id as string).concat(anonymous),
    state: JSON.stringify([containers, networks, volumes, images]),
  };
}

function resolved(wanted: Term, ids: readonly string[], letter: Letter): string {
  if (typeof wanted === "string") {
    const [own, other] = letter === "a" ? ["victim", "mine"] : ["mine", "victim"];
    return wanted.replace(/^own\b/, own).replace(/^other\b/, other);
  }
  const id = ids.length === 0 ? "0".repeat(64) : (ids[wanted.nth % ids.length] ?? "");
  return id.replace("sha256:", "").slice(0, wanted.length);
}

test("whatever two clients do", async () => {
  const admitted: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const { engine, gate } = await twoTenants();
      const seen = new Set<string>();
      const said = { a: "", b: "" };
      for (const step of sequence) {
        const { letter, operation } = step;
        const stranger: Letter = letter === "a" ? "b" : "a";
        const before = owned(engine, stranger);
        for (const id of before.ids) seen.add(`${stranger} ${id}`);
        const ids = [...engine.execs.keys(), ...before.ids, ...owned(engine, letter).ids];
        const make = OPERATIONS[operation];
        const call = make?.({
          letter,
          name: step.name,
          term: resolved(step.term, ids, letter),
          other: resolved(step.other, ids, letter),
        });
        if (call === undefined) throw new Error(operation);
        const told = await gate.send(
          letter === "a" ? A : B,
          call.method,
          `/v1.44${call.target}`,
          call.body,
        );
        if (told.status < 300) admitted[operation] = (admitted[operation] ?? 0) + 1;
        expect(owned(engine, stranger).state, JSON.stringify({ step, told: told.text })).toBe(
          before.state,
        );
        // What it wrote itself, into a name for one, may come back.
        said[letter] += `${call.target} ${JSON.stringify(call.body ?? null)} `;
        for (const id of seen) {
          const [whose, text = ""] = id.split(" ");
          const bare = text.replace("sha256:", "").slice(0, 12);
          if (whose === stranger && !said[letter].includes(bare))
            expect(told.text, operation).not.toContain(bare);
        }
        const environment = letter === "a" ? "MINE_ENV" : "VICTIM_ENV";
        expect(told.text, operation).not.toContain(environment);
        expect(told.text, operation).not.toMatch(
          new RegExp(`(?:ENV_OF_|label-of-|"dev\\.plimsoll\\.owner":"|image-owner":")${stranger}`),
        );
      }
    }),
    { numRuns: 600 },
  );
  // Nearly every operation does something for somebody, or this proves nothing.
  const idle = Object.keys(OPERATIONS).filter((operation) => (admitted[operation] ?? 0) === 0);
  expect(idle.length, idle.join(" ")).toBeLessThan(5);
}, 120_000);
