import { expect, test } from "vitest";
import { tokenDetectors } from "./detectors.ts";
import { sampleOf, seededRandom } from "./testing.ts";
import { shownName } from "./shown-name.ts";

test("names are shown, long ones cut, and a value in the place of a name is not", () => {
  expect(shownName("DB_PASSWORD", "x")).toBe("DB_PASSWORD");
  expect(shownName("A".repeat(500), "x")).toHaveLength(101);
  const github = tokenDetectors.filter(({ id }) => id === "github-token");
  expect(github).toHaveLength(1);
  for (const detector of github) {
    expect(shownName(sampleOf(detector, seededRandom(1), "shortest").text, "x")).toBe("x");
  }
});
