/** Files that are read as wholes: small ones whose name tells a form with secrets in it. */

import { credentialFile, credentialPaths } from "../../../detect/credential-files.ts";
import { wideOrder } from "../../../detect/scan/wide-file.ts";
import { formPaths, hasForm } from "../../../detect/files/line-forms.ts";
import { pathIndex } from "../../../detect/path-index.ts";
import type { TarMember } from "../tar/member.ts";

export interface WholeFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Absent for members of zip archives and compressed files. */
  readonly member?: TarMember;
  /** Where it begins in the layer; absent when something around it is compressed. */
  readonly layerOffset?: number;
}

/** Such files are small; a larger one is scanned like any other. */
const MAX_WHOLE_BYTES = 262_144;

/** Whether a file is worth to be read as a whole; `head` are its first bytes. Names in UTF-16 are told in no other way. */
export function wantsWhole(path: string, bytes: number, head: Uint8Array): boolean {
  if (!isWholeSize(bytes)) return false;
  return isKnownForm(path) || (wideOrder(head) !== undefined && isConfiguration(path));
}

export function isWholeSize(bytes: number): boolean {
  return bytes > 0 && bytes <= MAX_WHOLE_BYTES;
}

/** Nearly every path of a layer needs no more than this look. */
const possibleForms = pathIndex([...credentialPaths, ...formPaths]);

function isKnownForm(path: string): boolean {
  if (path === PASSWD || mayDropPrivileges(path) || isSettingsSource(path)) return true;
  const slashed = path.includes("\\") ? path.replaceAll("\\", "/") : path;
  const possible = possibleForms(slashed);
  if (possible.length === 0) return false;
  const small = slashed.toLowerCase();
  if (!possible.some((form) => form.path.test(small))) return false;
  return credentialFile(path) !== undefined || hasForm(path);
}

/** Where a container's users have their names and numbers. */
export const PASSWD = "/etc/passwd";

/** Scripts that containers are started by, going by the names that people give them. */
const START_SCRIPT =
  /^(?:[\w.-]*entry[-_]?point[\w.-]*|start(?:up)?(?:\.sh)?|run(?:\.sh)?|init(?:\.sh)?|boot(?:\.sh)?)$/;

export function mayDropPrivileges(path: string): boolean {
  return START_SCRIPT.test(path.slice(path.lastIndexOf("/") + 1));
}

const CONFIGURATION =
  /\.(?:env|conf|cfg|cnf|ini|ya?ml|json|toml|properties|xml|config|tfvars|tf|hcl|sh|php|envrc|service|acl|secrets|sls|ps1|psm1|bat|cmd)$/i;

/** What shells and services take their environment from. */
const ENVIRONMENT =
  /\/(?:\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|kshrc|ashrc|shrc)|etc\/(?:environment|profile|bash\.bashrc|(?:default|sysconfig|conf\.d)\/[\w.@-]{1,100}))$/;

/** Settings without a suffix: of programs of one user, of builds, of machines; and what was typed. */
const WITHOUT_SUFFIX =
  /\/(?:[\w.-]{0,40}rc|(?:conf|config|credentials)|\.\w{0,40}credentials|\.\w{1,20}_history|(?:Docker|Container|Make|Vagrant|Jenkins)file(?:\.[\w.-]{1,60})?|user-data(?:\.txt)?|etc\/(?:fstab|ansible\/hosts)|hosts|inventory|environ)$/;

/** Whether names in a file may tell secrets: a configuration by its path. Everywhere else they are noise. */
export function isConfiguration(path: string): boolean {
  return CONFIGURATION.test(path) || ENVIRONMENT.test(path) || WITHOUT_SUFFIX.test(path);
}

const SETTINGS_SOURCE =
  /\/(?:(?:config|configuration|settings|local[_-]settings|secrets?|secret_token|credentials?|database|wp-config|environment|knife|jupyter\w{0,40}config)(?:[._-](?:local|prod|production|dev|development|staging|test))?\.(?:py|js|cjs|mjs|ts|php|rb)|settings\/[\w-]{1,60}\.py|\.env(?:\.local)?\.(?:php|js))$/i;

/** Whether a file is source code that holds settings, by its name: texts in quotes there may be secrets. */
export function isSettingsSource(path: string): boolean {
  return SETTINGS_SOURCE.test(path);
}
