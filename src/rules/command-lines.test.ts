import { expect, test } from "vitest";
import { known } from "../model/fact.ts";
import { spanText } from "../model/source.ts";
import type { CommandLine } from "../model/command.ts";
import { commandLinesOf } from "./command-lines.ts";
import { minimalWorkload, written } from "./testing.ts";

const file = { path: "compose.yaml", text: 'command: ["sh", "-c", "run --x 1; stop"]\n' };
const span = { file, start: 9, end: 40 };

function linesOf(command: CommandLine) {
  const workload = minimalWorkload("compose-service", {}, { command: known({ command }, written) });
  return commandLinesOf(workload);
}

test("exec form gives its words, and the script of sh -c with exact places", () => {
  const words = ["sh", "-c", "run --x 1; stop"];
  const [line] = linesOf({ words, shell: false, span });
  const texts = line?.commands.map((command) => command.words.map(({ text }) => text).join(" "));
  expect(texts).toEqual(["sh -c run --x 1; stop", "run --x 1", "stop"]);
  const stop = line?.commands[2]?.words[0];
  expect(stop === undefined ? "" : spanText(stop.span)).toBe("stop");
});

test.each([[["tini", "--", "sh", "-c"]], [["bash", "-l", "-c"]], [["/usr/bin/env", "sh", "-ec"]]])(
  "the script of %j is read",
  (before) => {
    const [line] = linesOf({ words: [...before, "run; stop"], shell: false, span });
    const commands = line?.commands.slice(1).map((command) => command.words[0]?.text);
    expect(commands).toEqual(["run", "stop"]);
  },
);

test("shell form is parsed as a script", () => {
  const [line] = linesOf({ words: ["run --x 1; stop"], shell: true, span });
  expect(line?.commands.map((command) => command.words[0]?.text)).toEqual(["run", "stop"]);
});

test("a workload that says nothing has no command", () => {
  expect(commandLinesOf(minimalWorkload("compose-service"))).toEqual([]);
});
