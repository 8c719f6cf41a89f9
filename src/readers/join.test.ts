import { expect, test } from "vitest";
import { joinBuiltImages } from "./join.ts";
import { memoryFiles } from "./memory-files.ts";
import { readRunLines } from "./run-line/read.ts";

/** Whether the run line of a script is known to use an image that the script builds. */
function builtHere(script: string): readonly (true | undefined)[] {
  const files = memoryFiles({ "run.sh": script, Dockerfile: "FROM scratch\n" });
  const read = files.read("run.sh");
  if (!read.ok) throw new Error(read.why);
  const context = { files, environment: {} };
  const { workloads, builds } = readRunLines(read.file, context);
  return joinBuiltImages(workloads, builds ?? [], context)
    .filter(({ runtime }) => runtime !== undefined)
    .map(({ imageBuiltHere }) => imageBuiltHere);
}

test.each<[string, string, true | undefined]>([
  ["the name of the build", "docker build -t app . && docker run app\n", true],
  ["the same tag", "docker build -t app:1 .\ndocker run app:1\n", true],
  ["another tag", "docker build -t app:1 .\ndocker run app:2\n", undefined],
  ["another name", "docker build -t app .\ndocker run other\n", undefined],
])("an image that the same file builds: %s", (_, script, wanted) => {
  expect(builtHere(script)).toEqual([wanted]);
});

test.each([
  ["docker build -t r.example/app:$TAG .\ndocker run r.example/app:$TAG\n", true],
  ["docker build -t r.example/app:1 .\ndocker run r.example/app:$TAG\n", true],
  ["docker build -t r.example/app:$TAG .\ndocker run r.example/other:$TAG\n", false],
])("a tag that is filled in elsewhere joins by its repository: %j", (script, joined) => {
  const files = memoryFiles({ "run.sh": script, Dockerfile: "FROM scratch\nUSER 1000\n" });
  const read = files.read("run.sh");
  if (!read.ok) throw new Error(read.why);
  const context = { files, environment: {} };
  const { workloads, builds } = readRunLines(read.file, context);
  const run = joinBuiltImages(workloads, builds ?? [], context).find((one) => one.runtime);
  expect(run?.user.known).toBe(joined);
});
