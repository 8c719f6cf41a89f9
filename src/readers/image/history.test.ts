import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHistoryStep } from "./history.ts";

const none: ReadonlySet<string> = new Set();
const parse = (createdBy: string, ...known: string[]) => {
  const { instruction, variables, rest } = parseHistoryStep(createdBy, new Set(known));
  return [instruction, Object.fromEntries(variables.map(({ name, value }) => [name, value])), rest];
};

describe("history steps", () => {
  it("reads what BuildKit writes", () => {
    expect(parse("ARG TOKEN=a b=c")).toEqual(["ARG", { TOKEN: "a b=c" }, "TOKEN=a b=c"]);
    expect(parse("ARG TOKEN")).toEqual(["ARG", {}, "TOKEN"]);
    expect(parse("ENV A=1 B=two words")).toEqual([
      "ENV",
      { A: "1", B: "two words" },
      "A=1 B=two words",
    ]);
    expect(parse("RUN |2 A=x B=y z /bin/sh -c echo $A # buildkit")).toEqual([
      "RUN",
      { A: "x", B: "y z" },
      "/bin/sh -c echo $A",
    ]);
    expect(parse("RUN /bin/sh -c make # buildkit")).toEqual(["RUN", {}, "/bin/sh -c make"]);
    expect(parse("COPY . /app # buildkit")).toEqual(["COPY", {}, ". /app"]);
    expect(parse("RUN |1 A=x prog --flag=1 # buildkit")).toEqual([
      "RUN",
      { A: "x" },
      "prog --flag=1",
    ]);
    expect(parse("RUN |1 A=x /bin/bash -o pipefail -c run # buildkit")).toEqual([
      "RUN",
      { A: "x" },
      "/bin/bash -o pipefail -c run",
    ]);
  });

  it("reads what the classic builder writes", () => {
    expect(parse("/bin/sh -c #(nop)  ENV A=1")).toEqual(["ENV", { A: "1" }, "A=1"]);
    expect(parse("/bin/sh -c #(nop) ARG T=v")).toEqual(["ARG", { T: "v" }, "T=v"]);
    expect(parse("|2 A=x B=y /bin/sh -c make")).toEqual([
      "RUN",
      { A: "x", B: "y" },
      "/bin/sh -c make",
    ]);
    expect(parse("/bin/sh -c make")).toEqual(["RUN", {}, "/bin/sh -c make"]);
  });

  it("knows by the names of the arguments where a value ends", () => {
    expect(parse("RUN |2 OPTS=-D x=1 B=y /bin/sh -c make", "OPTS", "B")[1]).toEqual({
      OPTS: "-D x=1",
      B: "y",
    });
  });

  it("takes any text, and gives places inside of it", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(
        /^(RUN |ARG |ENV )?(\|\d )?([A-Z]=[a-z ]{0,5} ?){0,4}(\/bin\/sh -c )?[a-z=]{0,9}$/,
      ),
    );
    fc.assert(
      fc.property(text, (createdBy) => {
        for (const { value, start, end } of parseHistoryStep(createdBy, none).variables) {
          expect(createdBy.slice(start, end)).toBe(value);
        }
      }),
    );
  });
});
