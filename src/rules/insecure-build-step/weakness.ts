/** The shape that the parts of this rule share. */

import type { Origin } from "../../model/fact.ts";
import type { Confidence, Severity } from "../../model/finding.ts";
import type { Span } from "../../model/source.ts";
import type { FindingDraft } from "../contract.ts";

export interface Weakness {
  readonly severity: Severity;
  readonly confidence?: Confidence;
  readonly message: string;
  readonly detail: string;
  readonly help: string;
  readonly label: string;
}

/** A finding on a weakness at a place. */
export function draft(
  weakness: Weakness & { readonly at: Origin | Span; readonly subject: string },
): FindingDraft {
  return { ...weakness, confidence: weakness.confidence ?? "high" };
}

/** What is downloaded comes from a server that nobody made sure of. */
export function transport(how: string, help: string): Weakness {
  return {
    severity: "medium",
    message: `${how}, so certificates are not checked`,
    detail:
      "Whoever sits on the network path reads what is sent, credentials too, and decides what is installed.",
    help,
    label: "certificates are not checked",
  };
}

/** Packages are installed whoever made them. */
export function signature(how: string, help: string): Weakness {
  return {
    severity: "medium",
    message: `${how}, so packages are installed without checking who signed them`,
    detail:
      "A mirror or anybody on the network path can put other packages in their place; their scripts run as root in the build.",
    help,
    label: "signatures are not checked",
  };
}

/** Packages come from an index that is not even encrypted. */
export function plainHttp(what: string, help: string): Weakness {
  return {
    severity: "medium",
    message: `${what} names a package index over plain HTTP`,
    detail:
      "Anybody on the network path puts other packages in their place; their scripts run as root in the build.",
    help,
    label: "not encrypted",
  };
}

/** What to write instead of switching the check of certificates off. */
export const OWN_AUTHORITY =
  "install your own authority's certificate (`update-ca-certificates`) if the server has one";
