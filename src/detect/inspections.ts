/** Looks inside a matched value. Each gives the most confidence that the content deserves, or undefined to refuse. */

import type { Confidence } from "../model/finding.ts";
import { decodeBase64Text } from "./base64.ts";
import { expiryOf, isExpired } from "./token-expiry.ts";
import { judgeValue, looksRandom } from "./judge-value.ts";

export type InspectionName = keyof typeof inspections;

type Inspection = (value: string) => Confidence | undefined;

/** When a value that was looked into stops opening anything, in seconds of Unix time, where it tells. */
export function inspectedExpiry(inspection: InspectionName, value: string): number | undefined {
  const [, claims = ""] = inspection === "jwt" ? value.split(".") : [];
  return claims === "" ? undefined : expiryOf(decodeBase64Text(claims, 4096));
}

export const inspections = {
  /** A JSON Web Token: the header must name an algorithm. Keys for browsers (`role: anon`) are public, and what has expired opens nothing. */
  jwt: (value) => {
    const [header = "", payload = ""] = value.split(".");
    const decoded = decodeBase64Text(header, 1024);
    if (!/"alg"\s*:\s*"/.test(decoded)) return undefined;
    const claims = decodeBase64Text(payload, 4096);
    if (/"role"\s*:\s*"anon"/.test(claims)) return "low";
    if (isExpired(expiryOf(claims), Date.now())) return "low";
    return /"alg"\s*:\s*"none"/i.test(decoded) ? "low" : "medium";
  },
  /** Base64 of a PEM block: only of a private key. */
  "base64-pem": (value) =>
    decodeBase64Text(value, 120).includes("PRIVATE KEY") ? "high" : undefined,
  /** Base64 of a Docker configuration: only with an `auth` or token that holds something. */
  "base64-docker-config": (value) =>
    /"(?:auth|identitytoken|registrytoken|password)"\s*:\s*"[^"]{4}/.test(decodeBase64Text(value))
      ? "high"
      : undefined,
  /** Base64 of `user:password`. */
  "base64-basic": (value) => {
    const decoded = decodeBase64Text(value, 1024);
    return /^[\x20-\x7e]{1,200}:[\x20-\x7e]{1,500}$/.test(decoded) ? "high" : undefined;
  },
  /** Anything but what stands for a value or for none. */
  literal: (value) => (judgeValue(value) === "literal" ? "high" : undefined),
  /** As a machine made it: no word, name or path. */
  random: (value) => (looksRandom(value) ? "high" : undefined),
  /** Hexadecimal or random text: some digits and letters, not a word. */
  mixed: (value) => (/\d/.test(value) && /[A-Za-z]/.test(value) ? "high" : undefined),
} as const satisfies Readonly<Record<string, Inspection>>;
