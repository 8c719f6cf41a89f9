/** Keys, hashes and tokens of open formats. Private keys in PEM have a finder of their own. */

import type { TokenDetector } from "../detector.ts";
import { between, exactly } from "../detector.ts";

export const keyDetectors: readonly TokenDetector[] = [
  {
    id: "jwt",
    title: "JSON Web Token",
    confidence: "medium",
    anchors: ["eyJ"],
    after: [
      exactly(1, "jsonStart"),
      between(11, 2000, "base64url"),
      ".eyJ",
      between(8, 4000, "base64url"),
      ".",
      between(20, 1400, "base64url"),
    ],
    boundary: { before: "base64url", after: "base64url" },
    inspect: "jwt",
  },
  {
    id: "private-key-base64",
    title: "private key in base64",
    confidence: "high",
    anchors: ["LS0tLS1CRUdJTi"],
    after: [between(64, 20_000, "base64")],
    boundary: { before: "base64" },
    inspect: "base64-pem",
  },
  {
    id: "age-secret-key",
    title: "age secret key",
    confidence: "high",
    anchors: ["AGE-SECRET-KEY-1"],
    after: [exactly(58, "bech32")],
    checksum: "bech32",
    glued: true,
  },
  {
    id: "wireguard-private-key",
    title: "WireGuard private key",
    confidence: "high",
    anchors: ["PrivateKey = ", "PrivateKey="],
    after: [exactly(43, "base64"), "="],
    boundary: { after: "base64padded" },
    anchorIsName: true,
  },
  {
    id: "crypt-hash",
    title: "password hash",
    confidence: "medium",
    anchors: ["$1$", "$5$", "$6$", "$7$", "$apr1$"],
    after: [between(1, 64, "crypt"), "$", between(22, 86, "crypt")],
    boundary: { after: "crypt" },
  },
  {
    id: "crypt-hash-with-rounds",
    title: "password hash",
    confidence: "medium",
    anchors: ["$5$rounds=", "$6$rounds="],
    after: [between(4, 9, "digit"), "$", between(1, 16, "crypt"), "$", between(43, 86, "crypt")],
    boundary: { after: "crypt" },
  },
  {
    id: "yescrypt-hash",
    title: "password hash (yescrypt)",
    confidence: "medium",
    anchors: ["$y$", "$gy$"],
    after: [between(3, 16, "crypt"), "$", between(1, 86, "crypt"), "$", exactly(43, "crypt")],
    boundary: { after: "crypt" },
  },
  {
    id: "bcrypt-hash",
    title: "password hash (bcrypt)",
    confidence: "medium",
    anchors: ["$2a$", "$2b$", "$2y$"],
    after: [exactly(2, "digit"), "$", exactly(53, "crypt")],
    boundary: { after: "crypt" },
  },
  {
    // OpenLDAP, "Password Storage": salted hashes, in LDIF and in slapd.conf.
    id: "ldap-password-hash",
    title: "password hash (LDAP)",
    confidence: "medium",
    anchors: ["{SSHA}", "{SSHA256}", "{SSHA512}"],
    after: [between(28, 140, "base64padded")],
    boundary: { before: "none" },
    inspect: "mixed",
  },
  {
    // jenkins.io, hudson.util.Secret: 0x01, and the length of an initialisation vector of 16 bytes.
    id: "jenkins-secret",
    title: "secret of Jenkins, encrypted with a key of the same directory",
    confidence: "medium",
    anchors: ["{AQAAABAAAA"],
    after: [between(30, 12_000, "base64padded"), "}"],
    boundary: { before: "none" },
  },
];
