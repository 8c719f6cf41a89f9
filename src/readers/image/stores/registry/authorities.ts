/** Authorities that the user trusts besides those of Node and the system. */

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { RegistryProblem } from "./problem.ts";
import { problem } from "./problem.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const ADVICE = "give a file of certificates in PEM form";

/** The certificates of a file in PEM form. */
export function readAuthorities(file: string): readonly string[] | RegistryProblem {
  try {
    const certificates = readFileSync(file, "latin1").match(CERTIFICATE) ?? [];
    // What TLS cannot read it passes over without a word.
    const subjects = certificates.map((text) => new X509Certificate(text).subject);
    if (subjects.length > 0) return certificates;
  } catch (error) {
    const { code = "unknown error", syscall } = error as NodeJS.ErrnoException;
    if (syscall !== undefined)
      return problem(`the file of authorities cannot be read (${code})`, ADVICE);
  }
  return problem(
    "the file of authorities holds no certificate, or one that cannot be read",
    ADVICE,
  );
}
