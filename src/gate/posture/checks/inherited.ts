/** What a container takes over from its image without being asked. */

import type { JsonValue } from "../../wire/json/value.ts";
import type { ImageFact } from "../facts/facts.ts";
import { objectOf, shown, textsOf } from "../json.ts";
import type { Judging } from "../judging.ts";
import { devicesByVariable, isDeviceMakerGranted } from "./devices.ts";
import { isLabelAdmitted } from "./labels.ts";

/** What the body says itself, which goes before what the image says. */
export interface OwnSettings {
  readonly env: JsonValue | undefined;
  readonly labels: JsonValue | undefined;
}

export function judgeInherited(
  image: ImageFact,
  own: OwnSettings,
  at: string,
  judging: Judging,
): void {
  const set = new Set(textsOf(own.env).map((text) => text.split("=", 1)[0]));
  for (const text of image.env) {
    const asked = devicesByVariable(text);
    if (asked === undefined || set.has(asked.variable)) continue;
    if (isDeviceMakerGranted(asked.maker, judging)) continue;
    judging.deny({
      rule: "device-not-granted",
      at,
      message: `the image sets ${asked.variable}, by which a runtime of ${asked.maker} gives devices`,
      help: `Set ${asked.variable} to void`,
    });
  }
  const labels = objectOf(own.labels);
  for (const [name, value] of image.labels) {
    if (labels.has(name) || isLabelAdmitted(name, value, judging)) continue;
    judging.miss({
      rule: "label-not-granted",
      at,
      message: `the image brings the label ${shown(name)}, from which other programs on this host take orders`,
      key: "labels",
      value: name,
    });
  }
}
