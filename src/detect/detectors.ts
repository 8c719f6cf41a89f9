/** Every token detector. */

import type { TokenDetector } from "./detector.ts";
import { cloudDetectors } from "./detectors/clouds.ts";
import { keyDetectors } from "./detectors/keys.ts";
import { serviceDetectors } from "./detectors/services.ts";
import { sourceHostDetectors } from "./detectors/source-hosts.ts";

export const tokenDetectors: readonly TokenDetector[] = [
  ...sourceHostDetectors,
  ...cloudDetectors,
  ...serviceDetectors,
  ...keyDetectors,
];
