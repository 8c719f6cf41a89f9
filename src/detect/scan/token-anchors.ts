/** Anchors of the token detectors. */

import { alphabets } from "../alphabets.ts";
import type { Alphabet } from "../alphabets.ts";
import type { Run, Step, TokenDetector } from "../detector.ts";
import { anchorsOf, matchAt, reachOf } from "../match-tokens.ts";
import type { ScanAnchor } from "./scan-anchor.ts";

/** One for each anchor of each detector. */
export function tokenAnchors(detectors: readonly TokenDetector[]): ScanAnchor[] {
  return detectors.flatMap((detector) =>
    anchorsOf(detector).map((anchor) => ({
      text: String.fromCharCode(...anchor.codes),
      anyCase: anchor.anyCase,
      before: detector.before === undefined ? [] : surely(detector.before).reverse(),
      after: setsOf(detector.gap === undefined ? detector.after : [detector.gap]),
      reach: reachOf(anchor),
      judge: ({ codes, from, to }, at) => matchAt(codes, at, anchor, from, to),
    })),
  );
}

/** What must stand after an anchor, as far as the number of characters is known. */
function setsOf(steps: readonly Step[]): Alphabet[] {
  const sets: Alphabet[] = [];
  for (const step of steps) {
    if (typeof step === "string") {
      for (const char of step) sets.push(Uint8Array.of(...codeSet(char.charCodeAt(0))));
    } else {
      sets.push(...surely(step));
      if (step.min !== step.max || step.min > ENOUGH) break;
    }
    if (sets.length >= ENOUGH) break;
  }
  return sets;
}

/** More are of no use to a fingerprint of four bytes. */
const ENOUGH = 4;

function surely(run: Run): Alphabet[] {
  return Array.from({ length: Math.min(run.min, ENOUGH) }, () => alphabets[run.of]);
}

function codeSet(code: number): number[] {
  return Array.from({ length: 128 }, (_, index) => (index === code ? 1 : 0));
}
