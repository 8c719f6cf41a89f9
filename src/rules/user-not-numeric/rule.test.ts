import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import { buildOf } from "../build-testing.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const as = (text: string, verifiedNonRoot?: true) => ({
  user: known(
    { ...parseUser(text), ...(verifiedNonRoot === undefined ? {} : { verifiedNonRoot }) },
    written,
  ),
});

test("a name is low; one that the kubelet must verify keeps the pod from starting", () => {
  expect(verdicts(rule, minimalWorkload("compose-service", {}, as("app")))).toEqual(["low user"]);
  const refused = minimalWorkload("kubernetes-container", {}, as("app:app", true));
  expect(verdicts(rule, refused)).toEqual(["medium user"]);
  expect(rule.check(refused)[0]?.message).toContain("will not start");
});

test.each(["1000", "1000:app", "0", "root", ""])("%j is no finding here", (text) => {
  expect(verdicts(rule, minimalWorkload("compose-service", {}, as(text)))).toEqual([]);
});

test("a name that a well-known image brings along matters to Kubernetes alone", () => {
  const image = known(
    { text: "node:22", repository: "docker.io/library/node", tag: "22" },
    written,
  );
  const inherited = known(parseUser("node"), { kind: "inherited", from: "image node" } as const);
  const of = (kind: "compose-service" | "kubernetes-container") =>
    verdicts(rule, minimalWorkload(kind, {}, { image, user: inherited }));
  expect(of("compose-service")).toEqual([]);
  expect(of("kubernetes-container")).toEqual(["low user"]);
});

test("the accounts of Windows have no numbers", () => {
  expect(verdicts(rule, minimalWorkload("run-line", {}, as("ContainerAdministrator")))).toEqual([]);
});

test("the help gives the number where a well-known image tells it", () => {
  const image = known(
    { text: "node:22", repository: "docker.io/library/node", tag: "22" },
    written,
  );
  const workload = minimalWorkload("run-line", {}, { ...as("node"), image });
  expect(rule.check(workload)[0]?.help).toContain("--user 1000:1000");
});

test("a user that a built Dockerfile decides is corrected there", () => {
  const file = { path: "Dockerfile", text: "USER app\n" };
  const user = known(parseUser("app"), { kind: "set", span: { file, start: 0, end: 8 } });
  const build = buildOf({});
  const workload = minimalWorkload("compose-service", {}, { user, build });
  expect(rule.check(workload)[0]?.help).toContain("`USER ");
});

test("an image's accounts tell the number, and its configuration still holds a name", () => {
  const user = known({ ...parseUser("app"), uid: 1001, gid: 1002 }, written);
  const image = minimalWorkload("image", {}, { user });
  const [finding] = rule.check(image);
  expect(finding).toMatchObject({ severity: "low", subject: "user" });
  expect(finding?.detail).toContain("app has the uid 1001");
  expect(finding?.help).toContain("USER 1001:1002");
  expect(verdicts(rule, minimalWorkload("compose-service", {}, { user }))).toEqual([]);
});
