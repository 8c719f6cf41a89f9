import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import type { Exec } from "../../model/workload.ts";
import { readText } from "../read-text.ts";

/** The health checks of what is read of these files: their words, and their place. */
function checks(files: Readonly<Record<string, string>>): string[] {
  const { workloads } = readText(files);
  return workloads.flatMap(({ name, execs }) => execs.map((exec) => `${name}: ${told(exec)}`));
}

function told({ what, command, origin }: Exec): string {
  const form = command?.shell === true ? "shell" : "exec";
  const place = origin.span === undefined ? "" : spanText(origin.span).split(" ")[0];
  return [what, form, (command?.words ?? []).join("|"), `at ${place ?? ""}`].join(" ");
}

const dockerfile = (rest: string): Record<string, string> => ({
  Dockerfile: `FROM alpine:3.22\n${rest}`,
});

test.each([
  [
    "HEALTHCHECK CMD wget -q http://localhost/ || exit 1\n",
    "shell wget -q http://localhost/ || exit 1",
  ],
  ['HEALTHCHECK --interval=5s --retries=3 CMD ["wget", "-q", "x"]\n', "exec wget|-q|x"],
  ["healthcheck --interval=5s cmd   wget \\\n  -q x\n", "shell wget   -q x"],
  ["HEALTHCHECK CMD first\nHEALTHCHECK CMD second\n", "shell second"],
])("%j", (text, expected) => {
  const [line] = checks(dockerfile(text));
  expect(line?.toLowerCase()).toBe(`image of dockerfile: health check ${expected} at healthcheck`);
});

test.each(["", "HEALTHCHECK NONE\n", "HEALTHCHECK CMD x\nHEALTHCHECK NONE\n", "HEALTHCHECK\n"])(
  "no health check: %j",
  (text) => {
    expect(checks(dockerfile(text))).toEqual([]);
  },
);

test("a stage takes over the check of the stage that it is based on", () => {
  const text = "FROM alpine:3.22 AS a\nHEALTHCHECK CMD x\nFROM a AS b\nFROM alpine:3.22 AS c\n";
  expect(checks({ Dockerfile: text })).toEqual([]);
  expect(checks({ Dockerfile: text.slice(0, text.lastIndexOf("FROM")) })).toEqual([
    "stage b: health check shell x at HEALTHCHECK",
  ]);
});

test("a service that builds has the image's check unless it says otherwise", () => {
  const of = (rest: string): string[] =>
    checks({
      ...dockerfile("HEALTHCHECK CMD from-image\n"),
      "compose.yaml": `services:\n  web:\n    build: .\n${rest}`,
    });
  expect(of("")).toEqual(["service web: health check shell from-image at HEALTHCHECK"]);
  expect(of("    healthcheck: {interval: 5s}\n")).toEqual([
    "service web: health check shell from-image at HEALTHCHECK",
  ]);
  expect(of("    healthcheck: {disable: true}\n")).toEqual([]);
  expect(of('    healthcheck: {test: ["CMD", "own"]}\n')).toHaveLength(1);
  expect(of('    healthcheck: {test: ["CMD", "own"]}\n')[0]).toContain("exec own");
});

test("its places in exec form are those of the words", () => {
  const { workloads } = readText(dockerfile('HEALTHCHECK CMD ["a", "-pX"]\n'));
  const spans = workloads[0]?.execs[0]?.command?.spans ?? [];
  expect(spans.map(spanText)).toEqual(["a", "-pX"]);
});

test("heredocs of RUN and COPY are kept with their places", () => {
  const { workloads } = readText(
    dockerfile(`RUN <<EOF\nexport A=1\nEOF\nCOPY <<A <<"B" /app/\none\nA\ntwo\nB\nCOPY x /y\n`),
  );
  const build = workloads[0]?.build;
  expect(build?.runs[0]?.heredocs?.map(({ span }) => spanText(span))).toEqual(["export A=1\n"]);
  expect(build?.copies[0]?.contents).toMatchObject([{ text: "one\n" }, { text: "two\n" }]);
  expect(build?.copies[1]?.contents).toBeUndefined();
});
