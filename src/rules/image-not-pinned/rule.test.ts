import { expect, test } from "vitest";
import { known, unknownFact } from "../../model/fact.ts";
import { parseDynamicTag, parseImageReference } from "../../model/image-reference.ts";
import { buildOf, imageUse, stage } from "../build-testing.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const digest = `sha256:${"24454f83".repeat(8)}`;

test.each([
  ["node", ["medium node"]],
  ["node:latest", ["medium node:latest"]],
  ["node:lts-alpine", ["medium node:lts-alpine"]],
  ["ghcr.io/a/b:main", ["medium ghcr.io/a/b:main"]],
  ["node:22.11.0", ["info node:22.11.0"]],
  [`node@${digest}`, []],
  [`node:latest@${digest}`, []],
  ["scratch", []],
])("FROM %s", (text, expected) => {
  expect(verdicts(rule, stage({ images: [imageUse(text)] }))).toEqual(expected);
});

test.each([
  ["example/api:$TAG", ["info example/api"]],
  ["example/api@$DIGEST", []],
])("%s, whose tag or digest is filled in elsewhere, is not called latest", (text, expected) => {
  const image = parseDynamicTag(text);
  if (image === undefined) throw new Error("no reference");
  const workload = minimalWorkload("run-line", {}, { image: known(image, written) });
  expect(verdicts(rule, workload)).toEqual(expected);
});

test("images of COPY --from and RUN --mount count", () => {
  const images = [imageUse("busybox", "COPY --from"), imageUse("alpine:edge", "RUN --mount from")];
  expect(verdicts(rule, stage({ images }))).toEqual(["medium busybox", "medium alpine:edge"]);
});

test("a service is judged by its image, or by what it is built from", () => {
  const image = parseImageReference("example/api:latest");
  if (image === undefined) throw new Error("no reference");
  const fact = { image: known(image, written) };
  expect(verdicts(rule, minimalWorkload("compose-service", {}, fact))).toEqual([
    "medium example/api:latest",
  ]);
  const built = minimalWorkload("compose-service", {}, { ...fact, build: buildOf({}) });
  expect(verdicts(rule, built)).toEqual([]);
});

test("an image that the same file builds is not pulled", () => {
  const image = known({ text: "app", repository: "docker.io/library/app" }, written);
  expect(verdicts(rule, minimalWorkload("run-line", {}, { image, imageBuiltHere: true }))).toEqual(
    [],
  );
});

test("a bare word in --from may be a build context", () => {
  const [finding] = rule.check(stage({ images: [imageUse("templates", "COPY --from")] }));
  expect(finding).toMatchObject({ severity: "low", confidence: "low" });
  expect(finding?.detail).toContain("--build-context");
});

test("an image that is not known is no finding", () => {
  const image = unknownFact("a variable has no value", "set it", written);
  expect(verdicts(rule, minimalWorkload("kubernetes-container", {}, { image }))).toEqual([]);
});
