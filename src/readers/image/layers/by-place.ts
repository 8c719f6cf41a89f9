/** What a place says of a secret that stands there: nothing is left out for it, but some weigh less. */

import type { LayerSighting } from "./layer-report.ts";

/** Documentation that distributions install is full of examples. */
const DOCUMENTATION = /^\/usr\/(?:local\/)?share\/(?:doc|man|info|help|gtk-doc)\//;

/**
 * Libraries of cryptography carry keys to test themselves with, which everybody has: ten in GnuTLS, of
 * which nearly every Debian image has a copy (lib/crypto-selftests-pk.c).
 */
const SYSTEM_LIBRARY =
  /^(?:\/usr(?:\/local)?)?\/lib(?:32|64|x32)?\/(?:[^!]*\/)?lib[\w+.-]+\.(?:so(?:\.[\d.]+)?|a)$/;

/** The sighting with the confidence that its place leaves it. */
export function weighed(sighting: LayerSighting): LayerSighting {
  const { path, detector, confidence } = sighting;
  if (confidence === "low") return sighting;
  const weighsLess =
    DOCUMENTATION.test(path) || (detector.startsWith("private-key") && SYSTEM_LIBRARY.test(path));
  return weighsLess ? { ...sighting, confidence: "low" } : sighting;
}
