/** What decides over the exit status, where it is not what a user would expect without looking. */

import type { Report, Settings } from "./contract.ts";
import { DEFAULT_FAIL_ON } from "./contract.ts";
import { plainLine } from "./sanitize.ts";

/** One text on the configuration and the threshold that hold, one on a configuration that does not; none for the defaults. */
export function settingsTexts({ settings }: Report): string[] {
  if (settings === undefined) return [];
  const { config, passedOver, failOn } = settings;
  const holding = [
    ...(config === undefined ? [] : [`${plainLine(config)} applies`]),
    ...(failOn === DEFAULT_FAIL_ON ? [] : [thresholdText(failOn)]),
  ];
  const passed =
    passedOver === undefined
      ? []
      : [
          `${plainLine(passedOver)} does not apply: no target lies in its folder (--config applies it)`,
        ];
  return [...(holding.length === 0 ? [] : [holding.join("; ")]), ...passed];
}

function thresholdText(failOn: Settings["failOn"]): string {
  const usual = `(default: from ${DEFAULT_FAIL_ON} up)`;
  if (failOn === "none") return `no finding fails the run ${usual}`;
  if (failOn === "info") return `every finding fails the run ${usual}`;
  return `findings from ${failOn} up fail the run ${usual}`;
}
