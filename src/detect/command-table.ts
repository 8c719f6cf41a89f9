/**
 * Where the command lines of programs take passwords and tokens. One table for the findings and for
 * what is hidden in shown source. Sources: the manual pages and help texts of the programs.
 */

/** An option whose value is a password, or holds one. */
export interface PasswordOption {
  readonly option: string;
  /** Whether the value stands in the same word, in the next one, or in either. */
  readonly value: "attached" | "next" | "both";
  /** The password stands after this in the value: `user:password`. */
  readonly after?: ":" | "%" | "pass:";
  /** The command must have this subcommand before the option. */
  readonly with?: string;
  /** Too often something else to be a finding: it is hidden in shown source, and no more. */
  readonly onlyHidden?: true;
}

/** Words after a subcommand that are secret. */
export interface PasswordPosition {
  /** The program and its subcommands. */
  readonly command: readonly string[];
  /** Counted from 1 after the subcommands. */
  readonly position: number;
  readonly name: "password" | "token";
  readonly onlyHidden?: true;
}

const both = "both";
const next = "next";
const LOGIN = { option: "-p", value: both, with: "login" } as const;
const ATTACHED = { option: "-p", value: "attached" } as const;
const SHORT_P = { option: "-p", value: both } as const;
const LARGE_P = { option: "-P", value: both } as const;
const SMALL_W = { option: "-w", value: both } as const;

const OPTION_ROWS: readonly (readonly [programs: string, ...options: PasswordOption[]])[] = [
  ["mysql mysqldump mysqladmin mysqlimport mysqlsh mysqlcheck mysqlslap mysqlpump", ATTACHED],
  ["mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check", ATTACHED],
  ["sshpass", SHORT_P],
  ["mosquitto_pub mosquitto_sub mosquitto_rr", LARGE_P],
  ["etcdctl", userAndPassword("--user")],
  ["curl", ...["-u", "--user", "--proxy-user", "-U"].map(userAndPassword)],
  ["http https xh", userAndPassword("-a"), userAndPassword("--auth")],
  ["docker podman nerdctl buildah skopeo crane oras helm az regctl ctr oc cf ibmcloud", LOGIN],
  ["redis-cli valkey-cli", { option: "-a", value: next }, { option: "--pass", value: both }],
  [
    "redis-server valkey-server redis-sentinel redis-cli",
    { option: "--requirepass", value: both },
    { option: "--masterauth", value: both },
  ],
  ["mongo mongosh mongodump mongorestore mongoexport mongoimport", SHORT_P],
  [
    "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami ldapcompare ldapmodrdn",
    SMALL_W,
  ],
  ["ldappasswd", { option: "-s", value: both }, { option: "-a", value: both }],
  [
    "smbclient mount.cifs net rpcclient smbmap",
    { option: "-U", value: both, after: "%" },
    { option: "--user", value: both, after: "%" },
  ],
  [
    "openssl",
    ...["-passin", "-passout", "-pass"].map((option): PasswordOption => ({
      option,
      value: next,
      after: "pass:",
    })),
    { option: "-k", value: next, with: "enc" },
    { option: "-K", value: next, with: "enc" },
  ],
  ["zip unzip", LARGE_P],
  ["7z 7za 7zr 7zz rar unrar", ATTACHED],
  ["sqlcmd bcp isql tsql", LARGE_P],
  ["cqlsh", SHORT_P],
  ["rabbitmqadmin", SHORT_P],
  ["twine", { ...SHORT_P, with: "upload" }],
  [
    "uv poetry",
    { ...SHORT_P, with: "publish" },
    { option: "-t", value: both, with: "publish", onlyHidden: true },
  ],
  [
    "gh",
    { option: "-b", value: both, with: "secret" },
    { option: "--body", value: both, with: "secret" },
  ],
  ["dotnet", { ...SHORT_P, with: "nuget" }, { option: "-k", value: both, with: "push" }],
  ["nuget", { option: "-Password", value: next }, { option: "-ApiKey", value: next }],
  ["useradd usermod", { ...SHORT_P, onlyHidden: true }],
  ["codecov", { option: "-t", value: both, onlyHidden: true }],
];

function userAndPassword(option: string): PasswordOption {
  return { option, value: both, after: ":" };
}

/** The options of each program. */
export const PASSWORD_OPTIONS: ReadonlyMap<string, readonly PasswordOption[]> = byProgram();

function byProgram(): ReadonlyMap<string, readonly PasswordOption[]> {
  const options = new Map<string, PasswordOption[]>();
  for (const [programs, ...rows] of OPTION_ROWS) {
    for (const program of programs.split(" ")) {
      options.set(program, [...(options.get(program) ?? []), ...rows]);
    }
  }
  return options;
}

export const PASSWORD_POSITIONS: readonly PasswordPosition[] = [
  { command: ["rabbitmqctl", "add_user"], position: 2, name: "password" },
  { command: ["rabbitmqctl", "change_password"], position: 2, name: "password" },
  { command: ["vault", "login"], position: 1, name: "token" },
  { command: ["bao", "login"], position: 1, name: "token" },
  { command: ["net", "user"], position: 2, name: "password" },
  { command: ["cargo", "login"], position: 1, name: "token" },
  { command: ["snyk", "auth"], position: 1, name: "token" },
  { command: ["ngrok", "authtoken"], position: 1, name: "token" },
  { command: ["ngrok", "config", "add-authtoken"], position: 1, name: "token" },
  { command: ["mc", "alias", "set"], position: 4, name: "password" },
  { command: ["mc", "config", "host", "add"], position: 4, name: "password" },
  { command: ["wpa_passphrase"], position: 2, name: "password", onlyHidden: true },
  { command: ["mysqladmin", "password"], position: 1, name: "password", onlyHidden: true },
  { command: ["redis-cli", "AUTH"], position: 1, name: "password", onlyHidden: true },
];

/** Commands of the shape `… config set KEY VALUE`. */
export const CONFIG_SET: readonly (readonly string[])[] = [
  ["npm", "config", "set"],
  ["npm", "set"],
  ["pnpm", "config", "set"],
  ["yarn", "config", "set"],
  ["pip", "config", "set"],
  ["pip3", "config", "set"],
  ["poetry", "config"],
  ["composer", "config"],
  ["bundle", "config", "set"],
  ["bundle", "config"],
  ["aws", "configure", "set"],
  ["git", "config"],
  ["gcloud", "config", "set"],
];

/** Keys of Composer and Poetry that name a host or an index: what is set under them is a credential. */
const AUTH_KEY =
  /^(?:(http-basic)|(?:pypi-token|github-oauth|gitlab-oauth|gitlab-token|bitbucket-oauth|forgejo-token|bearer))\.\S/;

/** What a setting's value is judged by: its key, but `password` or `token` for one of those. */
export function settingName(key: string): string {
  const known = AUTH_KEY.exec(key);
  if (known === null) return key;
  return known[1] === undefined ? "token" : "password";
}
