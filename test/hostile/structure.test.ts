/** Input that is small and grows when it is read ends within the limits, with a result. */

import { expect, test } from "vitest";
import { project } from "../support/cli.ts";
import { within } from "./limits.ts";
import { structures } from "./structures.ts";

test.each(Object.entries(structures))("%s", async (_, files) => {
  const { run, remove } = project(files);
  try {
    const { status } = await within(() => run(["check", "-f", "json", "--fail-on", "none"]));
    expect([0, 3]).toContain(status);
  } finally {
    remove();
  }
});
