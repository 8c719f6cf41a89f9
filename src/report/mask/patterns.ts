/** Finds what has a form that is secret, whatever it is called. */

import { isPureReference } from "./harmless.ts";
import type { Range } from "./line.ts";

/** Forms that are secret whatever they are called. Each holds one group: what comes before the value. */
const PATTERNS: readonly RegExp[] = [
  // Credentials in a URL; a name alone (`git@`) is none.
  /(:\/\/[^\s/@:"'`]{0,256}:)[^\s@"'`]{1,1024}(?=@)/g,
  /(\bhttps?:\/\/)(?!git@)[^\s/@:"'`]{1,1024}(?=@)/g,
  /((?<!ssh):\/\/)(?!git@)[^\s/@:"'`]{12,1024}(?=@)/g,
  // A login before a registry, without a scheme: `user:password@registry/image`.
  /((?<![\w/:@.-])[A-Za-z_][\w.-]{0,100}:)(?!\/)[^\s/@:"'`]{1,1024}(?=@[A-Za-z0-9][\w.-]{0,253}(?::\d{1,5})?\/)/g,
  // A key of BuildKit's SSH forwarding that is no path: `default=…`.
  /(\bssh["']?\s{0,4}:\s{0,4}\[?\s{0,4}["']?[\w.-]{1,100}=)(?![./~$])[^\s"',\]}]{1,4096}/g,
  // Parameters of a URL, and addresses that are secret as such.
  /([?&;](?:sig|signature|hmac|code|key|auth|apikey|api_key|pass|pwd|secret|token|sas)=)[^\s&"'`<>]{1,4096}/gi,
  /(\bhooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[^\s"'`<>]{1,1024}/gi,
  /(\bdiscord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks\/)[^\s"'`<>]{1,1024}/gi,
  /(\b(?:webhook\.office\.com\/webhookb2|outlook\.office(?:365)?\.com\/webhook)\/)[^\s"'`<>]{1,1024}/gi,
  /(\bapi\.telegram\.org\/(?:file\/)?bot)[^\s"'`<>/]{1,1024}/gi,
  // Headers that hold a credential, with or without a space after the colon.
  /(\b(?:(?:proxy-)?authorization|x-[\w-]{0,60}(?:key|token|auth|secret)|private-token|job-token|deploy-token|api-?key)\\?["']?,?\s{0,4}:\\?["']?,?\s{0,4}(?:\\?["'])?(?:(?:\\\s)?(?:bearer|basic|token|digest)(?:\\?\s{1,4}|\\?["'],?\s{0,4}\\?["']?))?)[^\s"'`]{1,8192}/gi,
  // Passwords in SQL.
  /(\b(?:identified\s{1,4}(?:with\s{1,4}\S{1,60}\s{1,4})?(?:by|as)\s{1,4}["\\]?|password\s{0,4}[=(]?\s{0,4}N?)(?:\\?'(?:\\?['"]){0,4}|(?<=by\s{1,4})\\?"))[^\s'"\\:,=][^'"\\]{0,300}/gi,
  /^(\s*(?:login\s+\S{1,200}\s+)?password\s+)[^\s"']{1,1024}\s*$/g,
  /(\b(?:bearer|basic)\s{1,4})[\w+/=.~-]{6,8192}/gi,
  // A line of a key or a certificate in base64.
  /^(\s*["']?)[A-Za-z0-9+/]{40,}={0,2}["']?\s*$/g,
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).+/g,
];

/** What has a form that is secret whatever it is called. */
export function collectPatterns(line: string, ranges: Range[]): void {
  for (const pattern of PATTERNS) {
    for (const match of line.matchAll(pattern)) {
      const start = match.index + (match[1] ?? "").length;
      const end = match.index + match[0].length;
      if (!isPureReference(line.slice(start, end))) ranges.push({ start, end });
    }
  }
}
