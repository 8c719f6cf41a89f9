/** Judges a text that has the form of a detector: sample or not, its checksum, what is inside. */

import type { Confidence } from "../model/finding.ts";
import { hasValidChecksum } from "./checksums.ts";
import type { SecretMatch, TokenDetector } from "./detector.ts";
import { inspectedExpiry, inspections } from "./inspections.ts";
import { isPublished } from "./published.ts";

/** What a detector makes of a text that has its form; undefined when it is a sample or refused by what is inside. */
export function judgeMatch(
  value: string,
  start: number,
  end: number,
  detector: TokenDetector,
): SecretMatch | undefined {
  if (isSample(value)) return undefined;
  let confidence: Confidence = detector.confidence;
  if (detector.inspect !== undefined) {
    const seen = inspections[detector.inspect](value);
    if (seen === undefined) return undefined;
    confidence = lower(confidence, seen);
  }
  let checksum: SecretMatch["checksum"] = "none";
  if (detector.checksum !== undefined) {
    checksum = hasValidChecksum(detector.checksum, value) ? "valid" : "invalid";
    confidence = checksum === "valid" ? "high" : "medium";
  }
  const expires =
    detector.inspect === undefined ? undefined : inspectedExpiry(detector.inspect, value);
  return {
    start,
    end,
    detector: detector.id,
    title: detector.title,
    confidence,
    checksum,
    ...(expires === undefined ? {} : { expires }),
  };
}

function lower(left: Confidence, right: Confidence): Confidence {
  if (left === "low" || right === "low") return "low";
  return left === "medium" || right === "medium" ? "medium" : "high";
}

/** Documentation writes tokens that are none: with EXAMPLE in them, or one character over and over. */
function isSample(value: string): boolean {
  if (isPublished(value)) return true;
  if (/EXAMPLE|xxxxxx|XXXXXX|00000000|0123456789|123456789012|abcdefghijkl/.test(value))
    return true;
  const tail = value.slice(-64);
  return tail.length >= 20 && new Set(tail.slice(-20)).size <= 3;
}
