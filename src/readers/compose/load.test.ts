import { expect, test } from "vitest";
import { originPlaces } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import { readProject, serviceOf, shown } from "./testing.ts";

const names = (reading: ReturnType<typeof readProject>): string[] =>
  reading.workloads.map(({ name }) => name.replace("service ", "")).sort();

test("an override file: maps merge, lists append, commands are replaced, ports and volumes go by target", () => {
  const reading = readProject(
    {
      "compose.yaml": `services:
  a:
    image: x
    command: [one]
    user: root
    cap_add: [CHOWN]
    environment: {A: "1", B: "1"}
    volumes: ["/var:/v", "./z:/z"]
    deploy: {resources: {limits: {memory: 1g, pids: 5}}}
    security_opt: [seccomp=unconfined]
    build: app
    dns: 1.1.1.1
`,
      "o.yaml": `services:
  a:
    command: two
    user: "1000"
    cap_add: [CHOWN, KILL]
    environment: ["B=2", C=3]
    volumes: [{type: bind, source: /etc, target: /v}]
    deploy: {resources: {limits: {memory: 2g}}}
    security_opt: ["no-new-privileges:true"]
    build: {target: t}
    dns: [8.8.8.8]
  b: {image: y}
`,
      "app/Dockerfile": "FROM q AS t\nUSER 4\nFROM t\nUSER 5\n",
    },
    ["o.yaml"],
  );
  const { runtime, user, command, env, build } = serviceOf(reading, "a");
  expect(reading.unknowns).toEqual([]);
  expect(names(reading)).toEqual(["a", "b"]);
  expect(user).toMatchObject({ value: { uid: 1000 } });
  expect(originPlaces(user.origin).map(({ span }) => spanText(span))).toEqual(["root"]);
  expect(command).toMatchObject({ value: { command: { words: ["two"] } } });
  expect(runtime.capAdd.map(({ name }) => name)).toEqual(["CHOWN", "KILL"]);
  expect(env.map(({ name, value }) => `${name}=${value}`)).toEqual(["A=1", "B=2", "C=3"]);
  expect(runtime.mounts.map(({ source }) => source)).toEqual(["/etc", "./z"]);
  expect(runtime.limits).toMatchObject({ memory: { value: 2 * 1024 ** 3 }, pids: { value: 5 } });
  expect(runtime.seccomp).toMatchObject({ value: { mode: "unconfined" } });
  expect(runtime.noNewPrivileges).toMatchObject({ value: true });
  expect(build?.target).toBe("t");
});

test("!reset removes and !override replaces", () => {
  const reading = readProject(
    {
      "compose.yaml":
        "services:\n  a: {image: x, privileged: true, cap_add: [SYS_ADMIN], ports: ['1:1'], environment: {A: b, C: d}}\n  z: {image: z}\n",
      "o.yaml":
        "services:\n  a:\n    privileged: !reset null\n    cap_add: !override [KILL]\n    ports: !reset []\n    environment: {A: !reset null}\n  z: !reset null\n",
    },
    ["o.yaml"],
  );
  const { runtime, env } = serviceOf(reading, "a");
  expect(runtime.privileged).toMatchObject({ value: false, origin: { kind: "default" } });
  expect(runtime.capAdd.map(({ name }) => name)).toEqual(["KILL"]);
  expect(runtime.ports).toEqual([]);
  expect(env.map(({ name }) => name)).toEqual(["C"]);
  expect(names(reading)).toEqual(["a"]);
});

test("extends: same file, other file, chains; paths are relative to where they are written", () => {
  const reading = readProject({
    "compose.yaml": `services:
  base: {image: x, cap_add: [KILL], privileged: true}
  mid: {extends: base, cap_add: [CHOWN]}
  a: {extends: {service: mid}, privileged: false}
  b: {extends: {file: sub/other.yaml, service: s}}
`,
    "sub/other.yaml": `services:
  s: {extends: t, build: ./app, env_file: e.env}
  t: {user: "9", security_opt: ["seccomp=p.json"]}
`,
    "sub/app/Dockerfile": "FROM x\n",
    "sub/e.env": "K=v\n",
    "sub/p.json": "{}",
  });
  expect(reading.unknowns).toEqual([]);
  const a = serviceOf(reading, "a");
  expect(a.runtime.capAdd.map(({ name }) => name)).toEqual(["KILL", "CHOWN"]);
  const [kill] = a.runtime.capAdd;
  expect(kill && originPlaces(kill.origin).map(({ label }) => label)).toEqual([
    "taken over by extending service mid",
    "taken over by extending service base",
  ]);
  expect(a.runtime.privileged).toMatchObject({ value: false });
  const b = serviceOf(reading, "b");
  expect(b.user).toMatchObject({ value: { uid: 9 } });
  expect(b.user.origin.span?.file.path).toBe("sub/other.yaml");
  expect(b.env.map(({ name }) => name)).toEqual(["K"]);
  expect(b.runtime.seccomp).toMatchObject({ value: { profile: {} } });
});

test("include: short and long, own directory, own env file, the including file wins", () => {
  const reading = readProject({
    "compose.yaml": `include:
  - sub/one.yaml
  - {path: [sub/two.yaml, sub/two.over.yaml], env_file: two.env, project_directory: other}
services:
  one: {user: "7"}
`,
    ".env": "TOP=1\n",
    "sub/.env": "V=11\nTOP=2\n",
    "two.env": "V=22\n",
    "sub/one.yaml":
      'services:\n  one: {image: x, user: "${V}"}\n  three: {image: x, user: "${V}:${TOP}"}\nvolumes: {data: {driver_opts: {o: bind, device: /etc}}}\n',
    "sub/two.yaml": 'services:\n  two: {build: ., user: "${V}"}\n',
    "sub/two.over.yaml": "services:\n  two: {privileged: true, volumes: ['data:/d']}\n",
    "other/Dockerfile": "FROM x\n",
  });
  expect(reading.unknowns).toEqual([]);
  expect(names(reading)).toEqual(["one", "three", "two"]);
  expect(serviceOf(reading, "one").user).toMatchObject({ value: { uid: 7 } });
  expect(serviceOf(reading, "three").user).toMatchObject({ value: { uid: 11, gid: 1 } });
  const two = serviceOf(reading, "two");
  expect(two.user).toMatchObject({ value: { uid: 22 } });
  expect(two.runtime).toMatchObject({
    privileged: { value: true },
    mounts: [{ hostPath: "/etc" }],
  });
  expect(two.id).toBe("sub/two.yaml#services.two");
});

test("variables: the environment over .env over the default, with the place that set them", () => {
  const table = {
    "compose.yaml": 'services:\n  a: {image: x, user: "${U:-0}", hostname: "$$x"}\n',
    ".env": "# c\nU=5\n",
  };
  const user = serviceOf(readProject(table), "a").user;
  expect(shown(user)).toMatchObject({ value: { uid: 5 }, at: '"${U:-0}"' });
  expect(originPlaces(user.origin).map(({ span }) => spanText(span))).toEqual(["U=5"]);
  const other = serviceOf(readProject(table, [], { U: "6" }), "a").user;
  expect(other).toMatchObject({
    value: { uid: 6 },
    origin: { derived: "value of ${U} from the environment" },
  });
  const none = serviceOf(readProject({ "compose.yaml": table["compose.yaml"] }), "a").user;
  expect(none).toMatchObject({ value: { uid: 0 }, origin: { derived: "default of ${U}" } });
});

test("anchors, aliases and merge keys point at both places", () => {
  const reading = readProject({
    "compose.yaml":
      "x-hard: &hard\n  cap_drop: [ALL]\nservices:\n  a:\n    <<: *hard\n    image: x\n    cap_add: &c [KILL]\n  b: {image: y, cap_add: *c}\n",
  });
  const [drop] = serviceOf(reading, "a").runtime.capDrop;
  expect(drop?.name).toBe("ALL");
  expect(drop && originPlaces(drop.origin).map(({ span }) => spanText(span))).toEqual(["*hard"]);
  expect(serviceOf(reading, "b").runtime.capAdd.map(({ name }) => name)).toEqual(["KILL"]);
});

test.each<[string, Record<string, string>, string]>([
  [
    "extends in a circle",
    { "compose.yaml": "services:\n  a: {extends: b}\n  b: {extends: a}\n" },
    "circle",
  ],
  [
    "extends itself by file",
    { "compose.yaml": "services:\n  a: {image: x, extends: {file: compose.yaml, service: a}}\n" },
    "circle",
  ],
  [
    "extends over two files",
    {
      "compose.yaml": "services:\n  a: {extends: {file: b.yaml, service: b}}\n",
      "b.yaml": "services:\n  b: {extends: {file: compose.yaml, service: a}}\n",
    },
    "circle",
  ],
  [
    "extends nobody",
    { "compose.yaml": "services:\n  a: {image: x, extends: nobody}\n" },
    "no service of the name",
  ],
  [
    "extends a missing file",
    { "compose.yaml": "services:\n  a: {extends: {file: n.yaml, service: b}}\n" },
    "does not exist",
  ],
  [
    "include in a circle",
    {
      "compose.yaml": "include: [b.yaml]\nservices: {a: {image: x}}\n",
      "b.yaml": "include: [compose.yaml]\n",
    },
    "circle",
  ],
  [
    "include of a missing file",
    { "compose.yaml": "include: [b.yaml]\nservices: {a: {image: x}}\n" },
    "does not exist",
  ],
  [
    "include from elsewhere",
    { "compose.yaml": "include: ['https://example.com/x.git']\nservices: {a: {image: x}}\n" },
    "not fetched",
  ],
  [
    "a missing include env file",
    {
      "compose.yaml": "include: [{path: b.yaml, env_file: n.env}]\nservices: {a: {image: x}}\n",
      "b.yaml": "services: {}\n",
    },
    "does not exist",
  ],
  [
    "a broken substitution",
    { "compose.yaml": "services:\n  a: {image: x, user: '${'}\n" },
    "no substitution",
  ],
])("%s is an unknown with a place, and the service is still read", (_, table, why) => {
  const reading = readProject(table);
  expect(names(reading)).toContain("a");
  const found = reading.unknowns.filter((unknown) => unknown.why.includes(why));
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]?.span).toBeDefined();
});
