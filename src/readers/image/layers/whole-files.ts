/** Files that are read as wholes: small ones whose name tells a form with secrets in it. */

import { credentialFile } from "../../../detect/credential-files.ts";
import { hasForm } from "../../../detect/files/line-forms.ts";
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

/** Whether a file is worth to be read as a whole. */
export function wantsWhole(path: string, bytes: number): boolean {
  return bytes > 0 && bytes <= MAX_WHOLE_BYTES && isKnownForm(path);
}

function isKnownForm(path: string): boolean {
  return (
    path === PASSWD ||
    mayDropPrivileges(path) ||
    credentialFile(path) !== undefined ||
    hasForm(path) ||
    isSettingsSource(path)
  );
}

/** Where a container's users have their names and numbers. */
export const PASSWD = "/etc/passwd";

/** Scripts that containers are started by, going by the names that people give them. */
export function mayDropPrivileges(path: string): boolean {
  return /\/(?:[\w.-]*entry[-_]?point[\w.-]*|start(?:up)?(?:\.sh)?|run(?:\.sh)?|init(?:\.sh)?|boot(?:\.sh)?)$/.test(
    path,
  );
}

const CONFIGURATION =
  /\.(?:env|conf|cfg|cnf|ini|ya?ml|json|toml|properties|xml|config|tfvars|sh|php|envrc|service)$/i;

/** What shells and services take their environment from. */
const ENVIRONMENT =
  /\/(?:\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|kshrc|ashrc|shrc)|etc\/(?:environment|profile|bash\.bashrc|(?:default|sysconfig|conf\.d)\/[\w.@-]{1,100}))$/;

/** Whether names in a file may tell secrets: a configuration by its path. Everywhere else they are noise. */
export function isConfiguration(path: string): boolean {
  return CONFIGURATION.test(path) || ENVIRONMENT.test(path);
}

const SETTINGS_SOURCE =
  /\/(?:(?:config|configuration|settings|local[_-]settings|secrets?|secret_token|credentials?|database|wp-config|environment)(?:[._-](?:local|prod|production|dev|development|staging|test))?\.(?:py|js|cjs|mjs|ts|php|rb)|settings\/[\w-]{1,60}\.py)$/i;

/** Whether a file is source code that holds settings, by its name: texts in quotes there may be secrets. */
export function isSettingsSource(path: string): boolean {
  return SETTINGS_SOURCE.test(path);
}
