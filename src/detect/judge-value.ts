/** Judges what a value looks like, without regard to the name that it is given. */

import { decodeBase64Text } from "./base64.ts";

/** What a value is, as far as its text tells. */
export type ValueLook =
  /** Nothing, or only quotes and spaces. */
  | "empty"
  /** Filled in elsewhere: `$VAR`, `${VAR}`, `$(cmd)`, `$env:VAR`, `{{ x }}`, `%VAR%`, a reference to a secret store. */
  | "reference"
  /** Stands for a value that a person shall fill in: `<token>`, `your-key`, `xxxx`. */
  | "placeholder"
  /** A well-known default: `changeme`, `password`, `admin`. For a password it is a real one, known to all. */
  | "default"
  /** `true`, `none`, `auto`: a setting. */
  | "setting"
  | "number"
  | "path"
  /** A URL. */
  | "address"
  /** A certificate or public key. */
  | "public"
  | "encrypted"
  | "literal";

/** Only the beginning of a value is looked at. */
const LOOKED_AT = 4096;

const SETTINGS = new Set(
  `true false yes no on off y n none null nil undefined auto default enabled disabled enable disable required optional
  never always unset all any required n/a na basic digest bearer oauth oauth2 jwt ldap saml oidc plain md5 scram-sha-256 trust
  env file vault inline static dynamic local public private readonly header query cookie vary htpasswd invalid unset notset
  not-set`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

const DEFAULTS = new Set(
  `changeme changeit change-me change_me changethis changemenow pleasechangeme password passwd pass passw0rd p@ssw0rd p@ssword
  password1 password123 pass123 secret supersecret topsecret mysecret mypassword admin admin123 administrator root rootroot toor guest test test123 testing
  testtest user default postgres postgresql mysql mariadb mongo mongodb redis rabbitmq oracle sa minio minioadmin
  elastic grafana wordpress drupal joomla example dummy demo letmein welcome qwerty abc123 foobar foo bar
  hunter2 rootpassword rootpass dbpassword dbpass mysqlpassword postgrespassword keycloak sonar airflow superset
  nextcloud gitea vagrant docker secretpassword mysecretpassword verysecret pw temp hackme insecure unsafe dev development nopassword`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Words that make a value one to be filled in wherever they stand in it, as a word. */
const PLACEHOLDER_WORD =
  /(?:^|[^a-z])(?:your|my[-_ ]?own|insert|replace|replaceme|placeholder|todo|tbd|fixme|redacted|changeme|change[-_ ]?me|change[-_ ]?this|enter|goes[-_ ]?here|here|fill|example|dummy|sample|fake|notreal|not[-_ ]a[-_ ]real|for[-_ ]?testing|set[-_ ]?me|xxx+)(?:[^a-z]|$)/;

const REFERENCE =
  /^(?:vault|op|aws-?sm|aws-?ssm|ssm|sm|gcp-?sm|azure-?kv|akv|keyvault|secretsmanager|secret|secrets|sops|env|file|ref\+\w+|doppler|infisical|bws|ksm|keeper|chamber|param|k8s|keeper):/i;

/** What a value looks like. */
export function judgeValue(value: string): ValueLook {
  const text = unquote(value.slice(0, LOOKED_AT).trim());
  if (text === "") return "empty";
  if (isReference(text)) return "reference";
  const lower = text.toLowerCase();
  if (SETTINGS.has(lower)) return "setting";
  if (isDefault(lower) || isEncodedDefault(text)) return "default";
  if (isSettingForm(text)) return "setting";
  if (isFiller(text)) return "placeholder";
  if (/^[+-]?\d{1,18}(?:\.\d{1,9})?(?:ms|s|m|h|d|w|k|kb|mb|gb|%)?$/i.test(text)) return "number";
  if (/^-----BEGIN (?:CERTIFICATE|[A-Z ]{0,20}PUBLIC KEY)/.test(text)) return "public";
  // Public keys of minisign and signify.
  if (/^RW[QRST][A-Za-z0-9+/]{53}$/.test(text)) return "public";
  if (/^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,40}) AAAA/.test(text)) return "public";
  if (/^(?:ENC(?:RYPTED)?\[|\$ANSIBLE_VAULT;|AQICAH|vault:v\d+:|sealed:)/.test(text))
    return "encrypted";
  if (/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(text)) {
    const withoutExampleHost = lower.replace(/\bexample\.(?:com|org|net)\b/g, "");
    return PLACEHOLDER_WORD.test(withoutExampleHost) ? "placeholder" : "address";
  }
  if (isPath(text)) return "path";
  if (/^my[-_]?(?:secret|api)?[-_]?(?:token|key|auth[-_]?token)\d{0,2}$/.test(lower)) {
    return "placeholder";
  }
  if (PLACEHOLDER_WORD.test(lower) || /^(?:dummy|placeholder)/.test(lower)) return "placeholder";
  return "literal";
}

/** A default, or one with a number behind it. */
function isDefault(lower: string): boolean {
  const word = lower.replace(/[!.?]+$/, "");
  return DEFAULTS.has(word) || DEFAULTS.has(word.replace(/\d{1,3}$/, ""));
}

/** As Secrets of Kubernetes hold it. */
function isEncodedDefault(text: string): boolean {
  if (text.length > 32 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    return false;
  return isDefault(decodeBase64Text(text, 32).trim().toLowerCase());
}

/** Versions and ranges of them, options of commands, regular expressions. */
function isSettingForm(text: string): boolean {
  if (/^(?:[\^~]|[<>]=?[ ]?)?v?\d{1,4}\.\d{1,4}\.\d{1,6}(?:[-+][\w.+-]{1,60})?$/.test(text))
    return true;
  if (/^--?[a-z][\w-]{1,40}[ =]/.test(text)) return true;
  return /^\(\?[i:=!<]/.test(text) || /\\[bwsdS][)+*(\]]/.test(text);
}

/** Whether a value is filled in from elsewhere, in whole or in part. */
function isReference(text: string): boolean {
  if (/^\$(?:[A-Za-z_]\w*|[\d@*])$/.test(text) || /\$[{(]/.test(text)) return true;
  // An array of a shell.
  if (/^\([^)]{0,200}\$/.test(text)) return true;
  // A path below a variable, and a variable of a section of OpenSSL's configuration, config(5ssl).
  if (/^\$[A-Za-z_]\w*(?:\/|::[A-Za-z_])/.test(text)) return true;
  if (/\{\{|\$\$\{|<%|%\{/.test(text) || /^%{1,2}\w+%{1,2}$/.test(text)) return true;
  if (/^\$env:\w+$/i.test(text)) return true;
  // A place to be filled in by printf.
  if (/^%(?:\(\w+\))?-?\d*[sdvqxu@]$/.test(text) || /^%[svq]\w/.test(text)) return true;
  if (/^@[\w.]+@$/.test(text) || text.startsWith("#{") || /^`[^`]*`$/.test(text)) return true;
  if (/^(?:!Ref|!Sub|arn:aws)/.test(text)) return true;
  // Google's Secret Manager.
  if (/^projects\/[^/\s]{1,100}\/secrets\//.test(text)) return true;
  return REFERENCE.test(text) && !/\s/.test(text);
}

/** Whether a value holds a shell variable anywhere: `prefix-$VAR`. */
export function holdsVariable(text: string): boolean {
  return /\$(?:[A-Za-z_{(]|\d)/.test(text) || text.includes("`");
}

/** `<token>`, `[token]`, `***`, `xxxx-xxxx`, `...`, `________`. */
function isFiller(text: string): boolean {
  // A value that documentation cut off.
  if (/(?:\.\.\.|\u2026)$/.test(text)) return true;
  if (
    /^<{1,4}[^<>]*>{1,4}$/.test(text) ||
    /^\[[^[\]]*\]$/.test(text) ||
    /^\{[^{}"':]*\}$/.test(text)
  ) {
    return true;
  }
  if (/0{12}|0123456789abcdef/i.test(text) || /^MY_[A-Z_]+$/.test(text)) return true;
  const different = new Set(text.toLowerCase().replace(/[-_.\s]/g, "")).size;
  return different <= 1 && (!/^\d+$/.test(text) || text.length >= 16);
}

const ROOTS =
  /^\/(?:run|var|etc|opt|home|usr|app|apps|secrets?|mnt|tmp|root|data|srv|vault|certs?|keys?|config|configs|credentials|dev|proc|workspace|code|src|work|bin|lib|kaniko|github|builds|share|volumes?|ssl|tls|pki)(?:\/|$)/;

/** An absolute path below a usual root or with a file extension, or a relative one. */
function isPath(text: string): boolean {
  if (/[\s=+,;@]/.test(text)) return false;
  if (/^(?:\.{1,2}|~)\//.test(text) || /^[A-Za-z]:\\/.test(text)) return true;
  if (ROOTS.test(text)) return true;
  if (/^(?:\/[\w.-]{1,80}){1,20}\.[a-z]{2,10}$/i.test(text)) return true;
  return /^(?:[\w.-]{1,80}\/){0,20}[\w.-]{1,80}\.(?:pem|key|crt|cer|json|ya?ml|txt|env|jks|p12|pfx|toml|ini|conf|properties|token|pub)$/i.test(
    text,
  );
}

/** Takes one pair of quotes off. */
function unquote(text: string): string {
  // Quotes in a text in quotes.
  const escaped = /^\\(["'])(.*)\\\1$/s.exec(text);
  if (escaped !== null) return escaped[2] ?? "";
  const quote = text[0];
  if (text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote)) {
    return text.slice(1, -1);
  }
  return text;
}

/**
 * Whether a value looks as a machine made it: one long word of mixed characters, as keys and tokens
 * are, and no word, version, image, date or UUID.
 */
export function looksRandom(value: string): boolean {
  const text = unquote(value.trim());
  if (text.length < 16 || text.length > LOOKED_AT || !/^[A-Za-z0-9+/=_.~-]+$/.test(text))
    return false;
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text) || !/\d/.test(text)) return false;
  if (/^sha\d+[:-]/.test(text) || /^[\d.:TZ+-]+$/.test(text)) return false;
  const hex = /^[0-9a-f]+$/i.test(text);
  if (hex && text.length < 32) return false;
  return entropy(text) >= (hex ? 3 : 3.4) && classChanges(text) / text.length > 0.2;
}

/** Shannon entropy in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** How often lower case, upper case, digits and the rest take turns. Words change seldom, keys often. */
function classChanges(text: string): number {
  let changes = 0;
  let before = -1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const here =
      code >= 97 && code <= 122
        ? 0
        : code >= 65 && code <= 90
          ? 1
          : code >= 48 && code <= 57
            ? 2
            : 3;
    if (before !== -1 && here !== before) changes += 1;
    before = here;
  }
  return changes;
}
