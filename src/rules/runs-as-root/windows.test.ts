import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import { readText } from "../../readers/read-text.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const as = (user: string): string[] =>
  verdicts(
    rule,
    minimalWorkload(
      "kubernetes-container",
      {},
      { platform: "windows", user: known(parseUser(user), written) },
    ),
  );

test.each([
  "ContainerAdministrator",
  "containeradministrator",
  String.raw`User Manager\ContainerAdministrator`,
  String.raw`NT AUTHORITY\SYSTEM`,
  "LocalSystem",
  String.raw`.\Administrator`,
])("%s is an administrator", (user) => {
  expect(as(user)).toEqual(["high user"]);
});

test.each([
  "ContainerUser",
  String.raw`NT AUTHORITY\Local service`,
  String.raw`NT AUTHORITY\NetworkService`,
  String.raw`DOMAIN\gmsa$`,
  "administrators-read",
  "",
  "0",
])("%j is none", (user) => {
  expect(as(user)).toEqual([]);
});

test("in every form", () => {
  const image = "mcr.microsoft.com/windows/servercore:ltsc2022";
  const { workloads } = readText({
    Dockerfile: `FROM ${image}\nUSER ContainerAdministrator\n`,
    "compose.yaml": `services: {a: {image: "${image}", user: ContainerAdministrator}}\n`,
    "run.sh": `docker run --user ContainerAdministrator ${image}\n`,
    "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  securityContext: {windowsOptions: {runAsUserName: ContainerAdministrator}}
  containers: [{name: a, image: "${image}"}]
`,
  });
  expect(workloads.map(({ kind }) => kind)).toHaveLength(4);
  for (const workload of workloads) expect(verdicts(rule, workload)).toEqual(["high user"]);
});
