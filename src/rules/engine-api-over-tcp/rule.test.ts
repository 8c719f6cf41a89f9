import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import type { CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const variable = (name: string, value: string): EnvironmentVariable => ({
  name,
  value,
  from: "literal",
  surface: "environment",
  origin: written,
});
const withEnv = (...env: readonly EnvironmentVariable[]) =>
  verdicts(rule, minimalWorkload("compose-service", {}, { env }));

function withCommand(words: readonly string[], repository = "docker.io/library/alpine") {
  const command: CommandLine = { words, shell: words.length === 1 };
  return verdicts(
    rule,
    minimalWorkload(
      "run-line",
      {},
      {
        command: known({ command }, written),
        image: known({ text: repository, repository }, written),
      },
    ),
  );
}

test.each(["tcp://engine:2375", "tcp://10.0.0.1", "http://[::1]:2375/", "tcp://engine:4243"])(
  "DOCKER_HOST=%s",
  (value) => {
    expect(withEnv(variable("DOCKER_HOST", value))).toEqual(["high DOCKER_HOST"]);
  },
);

test("the address is shown, where it has a place of its own", () => {
  const valueSpan = { ...somewhere, start: 5, end: 7 };
  const env = [{ ...variable("DOCKER_HOST", "tcp://engine"), valueSpan }];
  const [finding] = rule.check(minimalWorkload("oci-config", {}, { env }));
  expect(finding?.at).toEqual({ kind: "set", span: valueSpan });
});

test.each(["unix:///var/run/docker.sock", "ssh://ci@engine", "tcp://engine:2376", "", "fd://"])(
  "DOCKER_HOST=%s is fine",
  (value) => {
    expect(withEnv(variable("DOCKER_HOST", value))).toEqual([]);
  },
);

test("TLS counts, but not on the port that has none", () => {
  const tls = variable("DOCKER_TLS_VERIFY", "1");
  expect(withEnv(variable("DOCKER_HOST", "tcp://engine:4243"), tls)).toEqual([]);
  expect(withEnv(variable("DOCKER_HOST", "tcp://engine:2375"), tls)).toEqual(["high DOCKER_HOST"]);
});

test.each([
  [["dockerd", "-H", "tcp://0.0.0.0:2375"]],
  [["/usr/bin/dockerd", "--host=tcp://0.0.0.0:2375"]],
  [["sh -c 'x' && dockerd -H=tcp://0.0.0.0"]],
  [["podman", "system", "service", "tcp://0.0.0.0:8888"]],
  [['exec dockerd --host="tcp://0.0.0.0:2375"']],
  [["sh", "-c", "umask 0; dockerd -H 'tcp://0.0.0.0:2375'"]],
])("%j opens the API", (words) => {
  expect(withCommand(words)).toEqual(["high command"]);
});

test("options of the image docker are the engine's", () => {
  expect(withCommand(["--host=tcp://0.0.0.0:2375"], "docker.io/library/docker")).toEqual([
    "high command",
  ]);
});

test.each([
  [["dockerd", "-H", "tcp://0.0.0.0:2376", "--tlsverify"]],
  [["dockerd", "-H", "unix:///run/docker.sock"]],
  [["myserver", "--host=tcp://0.0.0.0:2375"]],
  [["dockerd"]],
  [["# dockerd -H tcp://0.0.0.0:2375\nexec dockerd"]],
  [[]],
])("%j does not", (words) => {
  expect(withCommand(words)).toEqual([]);
});

test("the finding stands at the word that holds the address", () => {
  const text = 'command: ["dockerd", "-H", "tcp://0.0.0.0:2375"]\n';
  const file = { path: "compose.yaml", text };
  const words = ["dockerd", "-H", "tcp://0.0.0.0:2375"];
  const spans = words.map((word) => {
    const start = text.indexOf(word);
    return { file, start, end: start + word.length };
  });
  const command: CommandLine = { words, shell: false, spans };
  const workload = minimalWorkload("compose-service", {}, { command: known({ command }, written) });
  expect(rule.check(workload).map(({ at }) => at)).toEqual([{ kind: "set", span: spans[2] }]);
});
