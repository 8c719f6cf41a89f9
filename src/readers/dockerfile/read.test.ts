import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import { isRoot } from "../../model/user.ts";
import type { User } from "../../model/user.ts";
import type { Workload } from "../../model/workload.ts";
import { memoryFiles } from "../memory-files.ts";
import { readDockerfile } from "./read.ts";
import type { StageFacts, StageOptions } from "./stage-facts.ts";
import { readDockerfileText, resolveStage } from "./stage-facts.ts";

function stage(
  text: string,
  options: StageOptions = {},
  others: Readonly<Record<string, string>> = {},
): StageFacts {
  const files = memoryFiles({ Dockerfile: text, ...others });
  const read = files.read("Dockerfile");
  if (!read.ok) throw new Error(read.why);
  const resolved = resolveStage(read.file, { files, environment: {} }, options);
  if (!resolved.ok) throw new Error(`${resolved.problem.why}; ${resolved.problem.settle}`);
  return resolved.stage;
}

function workload(text: string): Workload {
  const files = memoryFiles({ Dockerfile: text });
  const read = files.read("Dockerfile");
  if (!read.ok) throw new Error(read.why);
  const found = readDockerfile(read.file, { files, environment: {} }).workloads[0];
  if (found === undefined) throw new Error("no workload");
  return found;
}

function verdict(user: Fact<User>): string {
  if (!user.known) return "unknown";
  return isRoot(user.value) ? "root" : "not root";
}

const FROM = "FROM example/private:1\n";

test.each<[string, string, string]>([
  ["no USER, scratch", "FROM scratch\n", "root"],
  ["no USER, a base known to be root", "FROM node:22\n", "root"],
  ["no USER, a base that is in no table", FROM, "unknown"],
  ["USER only in a builder stage", `${FROM}USER app\nFROM scratch\nCOPY --from=0 /a /a\n`, "root"],
  [
    "a root builder, a final stage that is not",
    `${FROM}USER 0\nFROM scratch\nUSER 1000\n`,
    "not root",
  ],
  [
    "the base is an earlier stage",
    `${FROM.trim()} AS base\nUSER app\nFROM base\nRUN x\n`,
    "not root",
  ],
  ["a chain of stages", `${FROM.trim()} AS a\nUSER 0\nFROM a AS b\nFROM b AS c\n`, "root"],
  ["the last USER counts", "FROM scratch\nUSER 0\nUSER app\n", "not root"],
  ["the last USER counts, back to root", "FROM scratch\nUSER app\nUSER root\n", "root"],
  ...["0", "0:0", "00", "root", "root:root", "0:app", '"root"', "'0'", '""', "+0"].map(
    (user): [string, string, string] => [`USER ${user}`, `${FROM}USER ${user}\n`, "root"],
  ),
  ["a default", `${FROM}USER \${UID:-0}\n`, "root"],
  ["a default that is not root", `${FROM}USER \${UID:-1000}\n`, "not root"],
  ["an ARG", `${FROM}ARG UID=0\nUSER $UID\n`, "root"],
  ["an ENV", `${FROM}ENV UID=1000\nUSER $UID\n`, "not root"],
  ["no value anywhere", `${FROM}USER $UID\n`, "unknown"],
  ["an ARG without value", `${FROM}ARG UID\nUSER $UID\n`, "unknown"],
  ["a global ARG that is not declared again", `ARG UID=0\n${FROM}USER $UID\n`, "unknown"],
  ["a global ARG that is declared again", `ARG UID=0\n${FROM}ARG UID\nUSER $UID\n`, "root"],
  [
    "an ARG of the stage that it is based on",
    `${FROM.trim()} AS a\nARG U=0\nFROM a\nUSER $U\n`,
    "root",
  ],
  ["an ARG of another stage", `${FROM.trim()} AS a\nARG U=0\nFROM scratch\nUSER $U\n`, "unknown"],
  ["an ARG that stands after its use", `${FROM}USER $U\nARG U=0\n`, "unknown"],
  ["ENV over ARG", `${FROM}ARG U=0\nENV U=5\nUSER $U\n`, "not root"],
  ["an ARG without value keeps the ENV", `${FROM}ENV U=0\nARG U\nUSER $U\n`, "root"],
  ["values of one ENV line see the line before", `${FROM}ENV U=0\nENV U=5 V=$U\nUSER $V\n`, "root"],
  ["an ENV that is not all known", `${FROM}ENV U=$X\nUSER $U\n`, "unknown"],
  ["a user with root's group", `${FROM}USER 1000:0\n`, "not root"],
  ["USER by name", `${FROM}USER app\n`, "not root"],
  ["identical FROM text", "FROM scratch\nUSER app\nFROM scratch\n", "root"],
  ["lower case", "from scratch as x\nuser app\nfrom x\n", "not root"],
  ["a stage named in another case", "FROM scratch AS Base\nUSER app\nFROM base\n", "not root"],
  ["a stage cannot be based on itself", "FROM node:22 AS node\nUSER app\nFROM node:22\n", "root"],
  ["ONBUILD in the stage itself does nothing", "FROM scratch\nONBUILD USER app\n", "root"],
  ["ONBUILD of the base stage", "FROM scratch AS a\nONBUILD USER app\nFROM a\n", "not root"],
  [
    "ONBUILD goes one stage far",
    "FROM scratch AS a\nONBUILD USER app\nFROM scratch\nFROM a AS b\nUSER 0\nFROM b\n",
    "root",
  ],
  ["USER in a heredoc is none", "FROM scratch\nRUN <<EOF\nUSER app\nEOF\n", "root"],
  ["USER behind an escaped backslash", "FROM scratch\nUSER app\nRUN x \\\\\nUSER root\n", "root"],
  ["an unreadable word", `${FROM}USER "app\n`, "unknown"],
])("%s", (_, text, wanted) => {
  expect(verdict(stage(text).user)).toBe(wanted);
});

test("build arguments of the caller win over defaults", () => {
  const origin = { kind: "default", of: "test", source: "test" } as const;
  const args = [{ name: "UID", value: "0", from: "passed", origin } as const];
  expect(verdict(stage(`${FROM}ARG UID=1000\nUSER $UID\n`, { args }).user)).toBe("root");
  expect(verdict(stage(`${FROM}USER \${UID:-5}\n`, { args }).user)).toBe("not root");
  const unknown = [{ name: "UID", from: "passed", reference: true, origin } as const];
  expect(verdict(stage(`${FROM}ARG UID=0\nUSER $UID\n`, { args: unknown }).user)).toBe("unknown");
  expect(stage(FROM, { args }).build.args).toEqual(args);
});

test("a target is a name in any case, or an index", () => {
  const text = "FROM scratch AS dev\nUSER 0\nFROM scratch AS prod\nUSER app\n";
  expect(verdict(stage(text, { target: "DEV" }).user)).toBe("root");
  expect(verdict(stage(text, { target: "0" }).user)).toBe("root");
  expect(verdict(stage(text).user)).toBe("not root");
  expect(() => stage(text, { target: "prdo" })).toThrow(/no stage `prdo`; did you mean `prod`/);
});

test("where the user comes from is told", () => {
  const text = "ARG U=0\nFROM scratch AS a\nARG U\nUSER ${U}\nFROM a AS b\n";
  const { user } = stage(text);
  expect(user.origin).toMatchObject({ kind: "inherited", from: "stage a" });
  expect(user.origin.span && spanText(user.origin.span)).toBe("${U}");
  const places = user.origin.kind === "default" ? [] : (user.origin.through ?? []);
  expect(places.map(({ span, label }) => [spanText(span), label])).toEqual([
    ["U=0", "U gets its value here"],
    ["a", "stage b is based on stage a"],
  ]);
  expect(stage(`${FROM}USER \${UID:-0}\n`).user.origin).toMatchObject({
    derived: "default of `${UID:-0}`",
  });
  const { user: none } = stage(`${FROM}ARG UID\nUSER $UID\n`);
  expect(none.known ? "" : `${none.why}; ${none.settle}`).toMatch(
    /`UID` has no value.*--build-arg UID=/,
  );
});

test("the workload is named for its stage", () => {
  expect(workload("FROM scratch AS final\n")).toMatchObject({
    id: "Dockerfile#stage:final",
    name: "stage final",
    kind: "dockerfile-stage",
  });
  expect(workload("FROM scratch\nFROM scratch\n")).toMatchObject({
    id: "Dockerfile#stage:1",
    name: "image of Dockerfile",
  });
});

test("images are those that the build pulls, not stages and not scratch", () => {
  const text = [
    "ARG TAG=1",
    "FROM golang:${TAG} AS build",
    "RUN --mount=type=bind,from=alpine:3,target=/a --mount=type=cache,target=/c x",
    "FROM scratch",
    "COPY --from=build /a /a",
    "COPY --from=0 /a /b",
    "COPY --from=nginx:1 /a /c",
    "",
  ].join("\n");
  const { images } = stage(text).build;
  expect(
    images.map(({ image, what, origin }) => [
      what,
      image.known ? image.value.text : image.why,
      origin.span === undefined ? "" : spanText(origin.span),
    ]),
  ).toEqual([
    ["FROM", "golang:1", "golang:${TAG}"],
    ["RUN --mount from", "alpine:3", "alpine:3"],
    ["COPY --from", "nginx:1", "nginx:1"],
  ]);
});

test.each<[string, string, RegExp]>([
  ["a template", "FROM {{ base }}\nUSER app\n", /placeholder of a template/],
  ["an automatic argument", "FROM base-${TARGETARCH}\n", /depends on the platform/],
  ["a variable without value", "FROM ${BASE}\n", /nothing in this file gives it one/],
  ["no image name", "FROM a:b:c\n", /names no image/],
])("a base that is %s is unknown", (_, text, wanted) => {
  const { image } = stage(text);
  expect(image.known ? "known" : image.why).toMatch(wanted);
});

test("a rendered-later file gives one unknown for its placeholders", () => {
  const { unknowns } = stage("FROM a\n{% if x %}\nUSER app\n{% else %}\nUSER b\n{% endif %}\n");
  expect(unknowns.map(({ what }) => what)).toEqual(["template line"]);
});

test.each<[string, string, string | undefined]>([
  ["mcr.microsoft.com/dotnet/aspnet:9.0", "$APP_UID", "1654"],
  ["mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled", "${APP_UID}", "1654"],
  ["mcr.microsoft.com/dotnet/aspnet:7.0", "$APP_UID", undefined],
  ["example/aspnet:9.0", "$APP_UID", undefined],
  ["example/app:1", "{{ user }}", undefined],
])("on %s, USER %s is %s", (image, word, wanted) => {
  const { user } = stage(`FROM ${image}\nUSER ${word}\n`);
  expect(user.known ? user.value.text : undefined).toBe(wanted);
});

test("the lines of a template's program are told by the same unknown", () => {
  const program = "{{\n  def url:\n    .arches[].url\n  ;\n}}\n";
  const { unknowns } = stage(`${program}FROM a\nENV SHA {{ .sha }} x={{ .x }}\n{{ ) -}}\n`);
  expect(unknowns.map(({ what }) => what)).toEqual(["template line"]);
});

test.each<[string, string, RegExp]>([
  ["a misspelt instruction", "FROM a\nENTRYPIONT x\n", /did you mean ENTRYPOINT/],
  ["a misspelt flag", "FROM a\nCOPY --chwon=1 a b\n", /did you mean --chown/],
  ["a misspelt mount option", "FROM a\nRUN --mount=tpye=bind x\n", /did you mean `type`/],
  ["a flag of another instruction", "FROM a\nUSER --from=x app\n", /no flag --from/],
  ["a flag given twice", "FROM a\nCOPY --from=a --from=b a b\n", /twice/],
  ["an instruction before FROM", "RUN x\nFROM a\n", /before the first FROM/],
  ["copying from itself", "FROM a AS x\nCOPY --from=x a b\n", /cannot copy from itself/],
  ["copying from further down", "FROM a\nCOPY --from=x a b\nFROM a AS x\n", /further down/],
  ["a stage number that is none", "FROM a\nCOPY --from=7 a b\n", /no stage with this number/],
  ["a variable in --from", "FROM a\nCOPY --from=$X a b\n", /expands no variables/],
  ["COPY without a destination", "FROM a\nCOPY a\n", /a source and a destination/],
  ["SHELL in shell form", "FROM a\nSHELL bash\n", /no JSON array/],
  ["an unclosed quote", "FROM a\nWORKDIR 'x\n", /quote is not closed/],
  ["an ARG that cannot be read", "FROM a\nARG X='y\n", /quote is not closed/],
  ["a FROM with two arguments", "FROM a b\n", /neither one nor three/],
])("%s is told", (_, text, wanted) => {
  const { unknowns } = stage(text);
  expect(unknowns.map(({ why, settle }) => `${why}; ${settle}`).join("\n")).toMatch(wanted);
  expect(unknowns.every(({ span }) => span !== undefined)).toBe(true);
});

test("a file without FROM gives no workload and says why", () => {
  const files = memoryFiles({ Dockerfile: "RUN x\n" });
  const read = files.read("Dockerfile");
  if (!read.ok) throw new Error(read.why);
  const { workloads, unknowns } = readDockerfile(read.file, { files, environment: {} });
  expect(workloads).toEqual([]);
  expect(unknowns.map(({ why }) => why).join()).toMatch(/no FROM line was found/);
});

test("environment: what the image holds, what only the build saw, what was replaced", () => {
  const text = [
    "FROM scratch AS a",
    "ENV BUILD=1",
    "FROM scratch AS base",
    "ENV X=1 Y='a b'",
    "FROM base",
    "ARG T",
    "ENV X=2 Z=$T P=$PATH:/app",
    "",
  ].join("\n");
  const { env, build } = stage(text);
  expect(env.map(({ name, value, from }) => [name, value, from])).toEqual([
    ["X", "2", "literal"],
    ["Y", "a b", "literal"],
    ["Z", undefined, "unresolved"],
    ["P", "$PATH:/app", "literal"],
  ]);
  expect(build.env.map(({ name, value, surface }) => [name, value, surface])).toEqual([
    ["X", "1", "build-env"],
    ["BUILD", "1", "build-env"],
  ]);
});

test("RUN: flags, user, script and its commands at their places", () => {
  const text = [
    "FROM scratch",
    "USER app",
    "RUN --security=insecure --network=host --device=vendor.com/gpu=all \\",
    "  --mount=type=secret,id=t,dst=/t,required --mount=type=cache,rw,target=/c \\",
    "  TOKEN=x curl -k https://e.x | sh",
    "RUN <<EOF",
    "apk add x",
    "EOF",
    'RUN ["sh", "-c", "chmod u+s /a"]',
    "",
  ].join("\n");
  const { runs } = stage(text).build;
  expect(runs[0]).toMatchObject({
    security: "insecure",
    network: "host",
    devices: ["vendor.com/gpu=all"],
    inImage: true,
    user: { value: { name: "app" } },
  });
  expect(runs[0]?.mounts.map(({ type, options }) => [type, options])).toEqual([
    ["secret", { id: "t", target: "/t", required: "true" }],
    ["cache", { readonly: "false", target: "/c" }],
  ]);
  expect(
    runs.map(({ commands }) =>
      commands.map(({ words }) => words.map(({ span }) => spanText(span))),
    ),
  ).toEqual([
    [["curl", "-k", "https://e.x"], ["sh"]],
    [["apk", "add", "x"]],
    [
      ["sh", "-c", "chmod u+s /a"],
      ["chmod", "u+s", "/a"],
    ],
  ]);
});

test("scripts of other languages hold no shell commands", () => {
  const python = stage("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nprint('x')\nEOF\n").build
    .runs[0];
  const other = stage('FROM a\nSHELL ["node", "-e"]\nRUN x()\n').build.runs[0];
  expect([python?.commands, other?.commands]).toEqual([[], []]);
});

test("ENTRYPOINT empties the CMD of the base", () => {
  const { command } = stage('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["y"]\n');
  expect(command.known && command.value.command?.words).toEqual([]);
  const { command: both } = stage('FROM a AS b\nENTRYPOINT ["y"]\nFROM b\nCMD ["x"]\n');
  expect(both.known && both.value).toMatchObject({
    entrypoint: { words: ["y"] },
    command: { words: ["x"] },
  });
});

const dropScript = '#!/bin/sh\nchown app /data\nexec su-exec app "$@"\n';

test.each<[string, string, Readonly<Record<string, string>>, string | undefined]>([
  ["the tool itself", 'ENTRYPOINT ["gosu", "app", "server"]', {}, "gosu app"],
  ["an init before it", 'ENTRYPOINT ["tini", "--", "su-exec", "app", "server"]', {}, "su-exec app"],
  ["inline shell", "ENTRYPOINT exec gosu app server", {}, "gosu app"],
  ["sh -c", 'ENTRYPOINT ["sh", "-c", "exec setpriv --reuid=app server"]', {}, "setpriv app"],
  [
    "a copied script",
    'COPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]',
    { "e.sh": dropScript },
    "su-exec app",
  ],
  [
    "a script on the PATH",
    'COPY e.sh /usr/local/bin/\nENTRYPOINT ["tini", "--", "e.sh"]',
    { "e.sh": dropScript },
    "su-exec app",
  ],
  [
    "a directory that is copied",
    'COPY docker /opt\nENTRYPOINT ["/bin/sh", "/opt/e.sh"]',
    { "docker/e.sh": dropScript },
    "su-exec app",
  ],
  [
    "WORKDIR",
    'WORKDIR /app\nCOPY . .\nENTRYPOINT ["./e.sh"]',
    { "e.sh": dropScript },
    "su-exec app",
  ],
  ["a wildcard", 'COPY *.sh /\nENTRYPOINT ["/e.sh"]', { "e.sh": dropScript }, "su-exec app"],
  [
    "a script in a heredoc",
    `COPY <<'EOF' /e.sh\n${dropScript}EOF\nENTRYPOINT ["/e.sh"]`,
    {},
    "su-exec app",
  ],
  [
    "a script that starts a script",
    'COPY a.sh b.sh /\nCMD ["/a.sh"]',
    { "a.sh": "exec /b.sh\n", "b.sh": dropScript },
    "su-exec app",
  ],
  [
    "a script that drops nothing",
    'COPY e.sh /\nENTRYPOINT ["/e.sh"]',
    { "e.sh": 'exec "$@"\n' },
    undefined,
  ],
  [
    "a script that starts itself",
    'COPY e.sh /\nENTRYPOINT ["/e.sh"]',
    { "e.sh": "exec /e.sh\n" },
    undefined,
  ],
  ["a script that is not there", 'COPY e.sh /\nENTRYPOINT ["/e.sh"]', {}, undefined],
])("an entrypoint that gives root up: %s", (_, lines, others, wanted) => {
  const { privilegeDrop } = stage(`FROM example/x\n${lines}\n`, {}, others);
  expect(privilegeDrop && `${privilegeDrop.tool} ${privilegeDrop.to}`).toBe(wanted);
});

test("an entrypoint script may come from an earlier stage", () => {
  const text =
    'FROM scratch AS s\nCOPY e.sh /out/e.sh\nFROM scratch\nCOPY --from=s /out /\nCMD ["/e.sh"]\n';
  expect(stage(text, {}, { "e.sh": dropScript }).privilegeDrop?.tool).toBe("su-exec");
});

test.each<[string, string, Readonly<Record<string, string>>, readonly string[] | undefined]>([
  [
    "everything",
    "COPY . /app",
    { ".env": "", "sub/id_rsa": "", "x.txt": "" },
    [".env", "sub/id_rsa"],
  ],
  ["what .dockerignore leaves out", "COPY . /app", { ".env": "", ".dockerignore": ".env*" }, []],
  [
    "what it takes back in",
    "COPY . /app",
    { "k/.env": "", ".dockerignore": "k/*\n!k/.env" },
    ["k/.env"],
  ],
  ["a file by name", "COPY .env /app/", { ".env": "" }, [".env"]],
  ["a file that is ignored", "COPY .env /app/", { ".env": "", ".dockerignore": ".env" }, []],
  ["a directory", "COPY conf /app", { "conf/.env": "", ".env": "" }, ["conf/.env"]],
  ["a wildcard", "COPY .e* /app", { ".env": "", "x/.env": "" }, [".env"]],
  ["--exclude", "COPY --exclude=.env . /app", { ".env": "", "x/.env": "" }, ["x/.env"]],
  ["another stage", "COPY --from=x . /app", { ".env": "" }, undefined],
  ["a source that is not known", "COPY $X /app", { ".env": "" }, undefined],
])("credential files that COPY takes in: %s", (_, line, others, wanted) => {
  expect(stage(`FROM a\n${line}\n`, {}, others).build.copies[0]?.credentialFiles).toEqual(wanted);
});

test("a file of the context that shows that it holds none is no credential file", () => {
  const others = {
    ".npmrc": "save-exact=true\n",
    "sub/.npmrc": "//r/:_authToken=k3Jf92LsQp\n",
    "by-name/.npmrc": "//r/:_authToken=${X}\n",
  };
  const [one, all] = stage("FROM a\nCOPY ./.npmrc /x/\nCOPY . /y\n", {}, others).build.copies;
  expect(one).toMatchObject({ credentialFiles: [], harmlessSources: ["./.npmrc"] });
  expect(all).toMatchObject({ credentialFiles: ["sub/.npmrc"] });
});

test("the context is the nearest directory in which the sources exist, or the caller's", () => {
  const table = {
    "app/Dockerfile": "FROM a\nCOPY src/.env /x\n",
    "src/.env": "",
    "ctx/src/.env": "",
  };
  const files = memoryFiles(table);
  const read = files.read("app/Dockerfile");
  if (!read.ok) throw new Error(read.why);
  const taken = (options: StageOptions): unknown => {
    const resolved = resolveStage(read.file, { files, environment: {} }, options);
    return resolved.ok && resolved.stage.build.copies[0]?.credentialFiles;
  };
  expect(taken({})).toEqual(["src/.env"]);
  expect(taken({ contextDirectory: "ctx" })).toEqual(["src/.env"]);
  expect(taken({ contextDirectory: "app" })).toEqual([]);
  expect(taken({ contextDirectory: "https://example.com/x.git" })).toBeUndefined();
});

test("a context that is too large to list is told", () => {
  const others = Object.fromEntries(
    Array.from({ length: 20_100 }, (_, index) => [`f${index}`, ""]),
  );
  const { unknowns } = stage("FROM a\nCOPY . /\n", {}, others);
  expect(unknowns.map(({ what }) => what)).toEqual(["credential files in the build context"]);
});

test.each([
  ["FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", "windows"],
  ["FROM mcr.microsoft.com/windows/nanoserver:1809 AS a\nFROM a\n", "windows"],
  ["FROM golang:1.22-nanoserver\n", "windows"],
  ["ARG V\nFROM mcr.microsoft.com/windows/nanoserver:${V}\n", "windows"],
  ["ARG V\nFROM example/x:${V}\n", "linux"],
  ["FROM --platform=windows/amd64 example/x\n", "windows"],
  ['FROM example/x\nSHELL ["powershell", "-Command"]\n', "windows"],
  ["FROM example/windows-exporter\n", "linux"],
  ["FROM node:22\n", "linux"],
])("the platform of %j is %s", (text, wanted) => {
  expect(stage(text).platform).toBe(wanted);
});

test("no secret is quoted in what is said about a file", () => {
  const secret = "hunter2hunter2";
  const text = [
    `ARG T=${secret}`,
    `FROM a AS b`,
    `ARG U=\${X:-${secret}} V='${secret}`,
    `ENV A ${secret}`,
    `ENV B="${secret}`,
    `ENV ${secret}`,
    `ENV C=\${Q:?${secret}}`,
    `LABEL a=b ${secret}`,
    `RUN --mount=type=secret,${secret}x=1 --network=${secret} x`,
    `RUN TOKEN='${secret}`,
    "",
  ].join("\n");
  const { unknowns, env, build } = stage(text);
  expect(unknowns.length).toBeGreaterThan(3);
  const said = unknowns.map(({ what, why, settle }) => `${what} ${why} ${settle}`);
  for (const { origin } of [...env, ...build.args, ...build.labels]) {
    said.push(origin.kind === "set" ? (origin.derived ?? "") : "");
    said.push(
      ...(origin.kind === "default" ? [] : (origin.through ?? [])).map(({ label }) => label),
    );
  }
  expect(said.join("\n")).not.toContain("hunter2");
});

test("an inline Dockerfile has its places in the file that holds it", () => {
  const files = memoryFiles({});
  const host = { path: "compose.yaml", text: "x: |\n  FROM scratch\n  USER app\n" };
  const inline = "FROM scratch\nUSER app\n";
  const resolved = readDockerfileText(
    "compose.yaml",
    inline,
    { files, environment: {} },
    {
      locate: (start, end) => {
        const shift = (offset: number): number => 5 + 2 + offset + (offset > 12 ? 2 : 0);
        return { file: host, start: shift(start), end: shift(end) };
      },
    },
  );
  const span = resolved.ok ? resolved.stage.user.origin.span : undefined;
  expect(span?.file).toBe(host);
  expect(span && spanText(span)).toBe("app");
});

const lines = [
  "FROM scratch",
  "FROM a AS b",
  "FROM b AS a",
  "FROM $A",
  "ARG A=b",
  "ARG A",
  "ENV A=$A$A",
  "ENV A x",
  "USER $A",
  "USER app:${B:-0}",
  "COPY . .",
  "COPY --from=b --chown=$A a b",
  "ADD https://x/y /z/",
  "RUN --mount=type=secret,id=$A x && y",
  "RUN <<E\nx\nE",
  "ONBUILD USER x",
  "ONBUILD COPY --from=a x y",
  "WORKDIR x",
  'ENTRYPOINT ["/e.sh"]',
  "CMD exec gosu app x",
  'SHELL ["bash"]',
  "VOLUME $A",
  "EXPOSE 80",
  "LABEL a=$A",
  "GARBAGE",
  "# c \\",
  "RUN \\",
];

test("any order of instructions is read, with places inside the file", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 25 }), (parts) => {
      const text = parts.join("\n");
      const files = memoryFiles({ Dockerfile: text, "e.sh": "exec /e.sh", ".env": "" });
      const read = files.read("Dockerfile");
      if (!read.ok) throw new Error(read.why);
      const { workloads, unknowns } = readDockerfile(read.file, { files, environment: {} });
      expect(workloads.length + unknowns.length).toBeGreaterThan(0);
      expect(outside({ workloads, unknowns })).toBe(0);
    }),
    { numRuns: 300 },
  );
});

/** How many spans of a result do not lie inside their file. */
function outside(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if ("file" in value && "start" in value && "end" in value) {
    const { file, start, end } = value as { file: { text: string }; start: number; end: number };
    return start >= 0 && start <= end && end <= file.text.length ? 0 : 1;
  }
  return Object.values(value).reduce<number>((sum, one) => sum + outside(one), 0);
}

const many = 10_000;

test.each<[string, string]>([
  [
    "a chain of stages",
    `FROM a AS s0\n${Array.from({ length: many }, (_, index) => `FROM s${index} AS s${index + 1}\nUSER u\n`).join("")}`,
  ],
  [
    "a chain of copies",
    `FROM a AS s0\n${Array.from({ length: many }, (_, index) => `FROM a AS s${index + 1}\nCOPY --from=s${index} /x /x\n`).join("")}CMD ["/x"]\n`,
  ],
  [
    "variables that double each other",
    `FROM a\nENV A0=xxxxxxxx\n${Array.from({ length: 1000 }, (_, index) => `ENV A${index + 1}=$A${index}$A${index}\n`).join("")}`,
  ],
  [
    "triggers times stages",
    `FROM a AS b\n${"ONBUILD RUN x\n".repeat(2000)}${"FROM b\n".repeat(2000)}`,
  ],
  ["a file that is no Dockerfile", "x y z\n".repeat(50_000)],
  [
    "blanks behind a heredoc sign",
    `FROM a\nRUN <<${" ".repeat(500_000)}<\nCOPY <<${" ".repeat(500_000)}< /x\n`,
  ],
  ["a long source", `FROM a\nCOPY ${"a/".repeat(200_000)} ${"*/".repeat(200_000)} /x\n`],
])("%s is read in bounded time", (_, text) => {
  const start = performance.now();
  expect(stageOrProblems(text)).toBeLessThanOrEqual(51);
  expect(performance.now() - start).toBeLessThan(4000);
});

function stageOrProblems(text: string): number {
  const files = memoryFiles({ Dockerfile: text });
  const read = files.read("Dockerfile");
  if (!read.ok) throw new Error(read.why);
  return readDockerfile(read.file, { files, environment: {} }).unknowns.length;
}

test("a file of more instructions than people write is not worked out, and its place is told", () => {
  const files = memoryFiles({ Dockerfile: `FROM a\n${"ENV A=b\n".repeat(5000)}` });
  const read = files.read("Dockerfile");
  if (!read.ok) throw new Error(read.why);
  const { workloads, unknowns } = readDockerfile(read.file, { files, environment: {} });
  expect(workloads).toEqual([]);
  expect(unknowns).toMatchObject([{ why: "it has more than 5000 instructions" }]);
  expect(stage(`FROM a\n${"ENV A=b\n".repeat(4999)}`).env).toHaveLength(1);
});
