/** Which client a certificate names. The chain has been verified by TLS before. */

import type { X509Certificate } from "node:crypto";
import type { CertificateName, Identity } from "../policy/compiled.ts";

/** The one client that the certificate fits; undefined for none, and for several. */
export function clientOf(
  certificate: X509Certificate,
  identities: readonly Identity[],
): string | undefined {
  const names = namesOf(certificate);
  const fitting = identities.filter(({ certificate: wanted }) =>
    names.some(({ kind, value }) => kind === wanted.kind && value === wanted.value),
  );
  return fitting.length === 1 ? fitting[0]?.client : undefined;
}

const KINDS: Readonly<Record<string, CertificateName["kind"]>> = {
  DNS: "dns",
  URI: "uri",
  email: "email",
};

/**
 * Node writes the names as `DNS:a, URI:b`, and one that holds a comma, a quote or a control character as a
 * JSON text in quotes: such a name is none here, so that none can be forged with another's text in it.
 */
function namesOf(certificate: X509Certificate): readonly CertificateName[] {
  const names: CertificateName[] = [];
  const subject = certificate.subject.split("\n").filter((line) => line.startsWith("CN="));
  const [common] = subject;
  if (subject.length === 1 && common !== undefined && !/[\\"]/.test(common)) {
    names.push({ kind: "common-name", value: common.slice("CN=".length) });
  }
  const alternatives = certificate.subjectAltName ?? "";
  if (alternatives.includes('"')) return names;
  for (const entry of alternatives.split(", ")) {
    const colon = entry.indexOf(":");
    const kind = KINDS[entry.slice(0, colon)];
    if (kind !== undefined) names.push({ kind, value: entry.slice(colon + 1) });
  }
  return names;
}
