import { expect, test } from "vitest";
import { spanText } from "../model/source.ts";
import { readPod } from "./kubernetes/testing.ts";
import { undecidedFacts } from "./undecided.ts";

test("every fact that is not known is told, with place, reason and remedy", () => {
  const workload = readPod({
    container: {
      securityContext: { privileged: "yes", runAsUser: 1000 },
      resources: { limits: { cpu: "x" } },
    },
    spec: { hostPID: "true" },
  });
  expect(undecidedFacts(workload).map(({ what, span }) => [what, span && spanText(span)])).toEqual([
    ["privileged of container app of Pod p", '"privileged":"yes"'],
    ["CPU limit of container app of Pod p", '"cpu":"x"'],
    ["pid namespace of container app of Pod p", '"hostPID":"true"'],
  ]);
});

test("a user that hangs on an image which the reader has told of is not told again", () => {
  const workload = readPod({ container: {} });
  const origin = { kind: "inherited", from: "the image" } as const;
  const open = { known: false, why: "no image is named", settle: "name one", origin } as const;
  const undecided = { ...workload, image: open, user: open };
  const told = { path: "p", what: `image of ${workload.name}`, why: "", settle: "" };
  expect(undecidedFacts(undecided)).toHaveLength(1);
  expect(undecidedFacts({ ...undecided, unknowns: [told] })).toEqual([]);
});

test("a workload of which everything is known has none", () => {
  expect(undecidedFacts(readPod({ container: { securityContext: { runAsUser: 1000 } } }))).toEqual(
    [],
  );
});
