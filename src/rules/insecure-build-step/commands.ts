/** Weaknesses that single commands of a build step bring, as a table. */

import type { RunStep, ShellCommand, ShellWord } from "../../model/workload.ts";
import { baseName } from "../../readers/paths.ts";
import { effectiveWords, prefixesOf } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import type { Weakness } from "./weakness.ts";
import { draft } from "./weakness.ts";

interface CommandCheck {
  readonly programs: RegExp;
  /** Whether the words after the program show the weakness. */
  readonly shows: (words: readonly string[], command: ShellCommand) => boolean;
  readonly subject: string;
  readonly weakness: Weakness;
  /** It leaves something in the image, so a stage that is not part of it does not matter. */
  readonly leaves?: true;
}

function transport(how: string, help: string): Weakness {
  return {
    severity: "medium",
    message: `${how}, so certificates are not checked`,
    detail:
      "Whoever sits on the network path reads what is sent, credentials too, and decides what is installed.",
    help,
    label: "certificates are not checked",
  };
}

function signature(how: string, help: string): Weakness {
  return {
    severity: "medium",
    message: `${how}, so packages are installed without checking who signed them`,
    detail:
      "A mirror or anybody on the network path can put other packages in their place; their scripts run as root in the build.",
    help,
    label: "signatures are not checked",
  };
}

const OWN_AUTHORITY =
  "install your own authority's certificate (`update-ca-certificates`) if the server has one";

const has =
  (...wanted: readonly string[]) =>
  (words: readonly string[]): boolean =>
    words.some((word) => wanted.includes(word));
const starts =
  (...prefixes: readonly string[]) =>
  (words: readonly string[]): boolean =>
    words.some((word) => prefixes.some((prefix) => word.startsWith(prefix)));
/** A single-letter option, alone or among others: `-k`, `-fsSk`. `values` are letters that take a value. */
const letter =
  (wanted: string, values: string) =>
  (words: readonly string[]): boolean =>
    words.some((word) => {
      if (!/^-[A-Za-z#0-9]+$/.test(word)) return false;
      const at = word.indexOf(wanted);
      const taken = Array.from(word.slice(1)).findIndex((char) => values.includes(char)) + 1;
      return at > 0 && (taken === 0 || at < taken);
    });
const either =
  (...checks: readonly CommandCheck["shows"][]): CommandCheck["shows"] =>
  (words, command) =>
    checks.some((check) => check(words, command));
const setting =
  (name: RegExp, off: RegExp) =>
  (words: readonly string[]): boolean =>
    words.some((word, index) => {
      const joined = /^(?:--)?([^=]+)=(.*)$/s.exec(word);
      if (joined !== null) return name.test(joined[1] ?? "") && off.test(joined[2] ?? "");
      return name.test(word.replace(/^--/, "")) && off.test(words[index + 1] ?? "");
    });

/** curl(1): short options that take a value. */
const CURL_VALUES = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

const SETUID: Weakness = {
  severity: "medium",
  message: "a program gets the setuid or setgid bit",
  detail:
    "Whoever runs it gets the rights of its owner, mostly root. It is how a process that gave root up gets it back.",
  help: "Leave the bit away; if one step needs root, do it before `USER`; and set no-new-privileges where the container runs",
  label: "setuid or setgid",
};

const WORLD_WRITABLE: Weakness = {
  severity: "medium",
  message: "files are made writable for every user",
  detail:
    "An attacker who runs as any user of the container can replace them and stays after a restart of the program.",
  help: "Give them to the user that writes to them (`chown app:app`, `COPY --chown`), with mode 755 or 644; leave programs to root",
  label: "writable by all",
};

const EMPTY_PASSWORD: Weakness = {
  severity: "high",
  message: "an account gets an empty password",
  detail:
    "Every process of the container, whatever its user, becomes that account with `su` without being asked.",
  help: "Lock the account instead: `passwd -l NAME`, or create it with `--disabled-password`",
  label: "empty password",
};

const CHECKS: readonly CommandCheck[] = [
  {
    programs: /^curl$/,
    shows: either(has("--insecure", "--proxy-insecure"), letter("k", CURL_VALUES)),
    subject: "curl -k",
    weakness: transport("curl runs with -k", `Remove \`-k\`; ${OWN_AUTHORITY}`),
  },
  {
    programs: /^wget2?$/,
    shows: has("--no-check-certificate"),
    subject: "wget --no-check-certificate",
    weakness: transport(
      "wget runs with --no-check-certificate",
      `Remove \`--no-check-certificate\`; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^(?:pip[\d.]*|uv|python[\d.]*)$/,
    shows: either(starts("--trusted-host", "--allow-insecure-host"), setting(/trusted-host$/, /./)),
    subject: "pip --trusted-host",
    weakness: transport(
      "pip trusts a host blindly",
      `Remove \`--trusted-host\`; ${OWN_AUTHORITY} and name it with \`--cert\``,
    ),
  },
  {
    programs: /^(?:npm|pnpm|yarn)$/,
    shows: either(
      setting(/^(?:strict-ssl|enableStrictSsl)$/, /^(?:false|0)$/),
      has("--no-strict-ssl"),
    ),
    subject: "npm strict-ssl",
    weakness: transport(
      "strict-ssl is off",
      `Leave \`strict-ssl\` on and set \`cafile\`; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^git$/,
    shows: setting(/^http\.(?:.*\.)?sslVerify$/i, /^(?:false|0|no|off)$/i),
    subject: "git http.sslVerify",
    weakness: transport(
      "git runs with http.sslVerify off",
      `Remove the setting; ${OWN_AUTHORITY} or set \`http.sslCAInfo\``,
    ),
  },
  {
    programs: /^(?:apt|apt-get|aptitude)$/,
    shows: either(
      has(
        "--allow-unauthenticated",
        "--force-yes",
        "--allow-insecure-repositories",
        "--no-allow-secure-repositories",
      ),
      setting(
        /^(?:APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories)$/i,
        /^(?:true|1|yes)$/i,
      ),
    ),
    subject: "apt unauthenticated",
    weakness: signature(
      "apt skips authentication",
      "Remove the option; add the repository's key with `signed-by=` in its source entry",
    ),
  },
  {
    programs: /^(?:apt|apt-get)$/,
    shows: setting(/^Acquire::https::(?:.*::)?Verify-(?:Peer|Host)$/i, /^(?:false|0)$/i),
    subject: "apt Verify-Peer",
    weakness: transport("apt runs with Verify-Peer off", `Remove the setting; ${OWN_AUTHORITY}`),
  },
  {
    programs: /^(?:yum|dnf|microdnf|tdnf|zypper)$/,
    shows: either(
      has("--nogpgcheck", "--no-gpg-checks", "--allow-unsigned-rpm"),
      setting(/gpgcheck$/, /^(?:0|false)$/),
    ),
    subject: "yum --nogpgcheck",
    weakness: signature(
      "the package manager runs without its GPG check",
      "Remove the option and import the repository's key with `rpm --import`",
    ),
  },
  {
    programs: /^(?:yum|dnf|microdnf)$/,
    shows: setting(/sslverify$/, /^(?:0|false)$/i),
    subject: "yum sslverify",
    weakness: transport(
      "the package manager runs with sslverify off",
      `Remove the setting; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^rpm$/,
    shows: has("--nosignature", "--nodigest", "--nogpg"),
    subject: "rpm --nosignature",
    weakness: signature(
      "rpm skips signatures",
      "Remove the option and import the key with `rpm --import`",
    ),
  },
  {
    programs: /^apk$/,
    shows: has("--allow-untrusted"),
    subject: "apk --allow-untrusted",
    weakness: signature(
      "apk takes untrusted packages",
      "Remove `--allow-untrusted` and copy the publisher's key into /etc/apk/keys",
    ),
  },
  {
    programs: /^(?:gem|bundle)$/,
    shows: setting(/^(?:ssl_verify_mode|BUNDLE_SSL_VERIFY_MODE)$/i, /^0$/),
    subject: "bundle ssl_verify_mode",
    weakness: transport(
      "Bundler runs without certificate checks",
      `Remove the setting; ${OWN_AUTHORITY}`,
    ),
  },
  {
    programs: /^chmod$/,
    shows: (words) => modesOf(words).some((mode) => mode === "setid") && !isGroupOfDirectory(words),
    subject: "chmod setuid",
    weakness: SETUID,
    leaves: true,
  },
  {
    programs: /^install$/,
    shows: (words) =>
      words.some((word, index) =>
        isSetidMode(
          word === "-m" ? (words[index + 1] ?? "") : (/^(?:-m|--mode=)(.+)$/.exec(word)?.[1] ?? ""),
        ),
      ),
    subject: "install setuid",
    weakness: SETUID,
    leaves: true,
  },
  {
    programs: /^chmod$/,
    shows: (words) =>
      modesOf(words).some((mode) => mode === "world-writable") && !onlyTemporary(words),
    subject: "chmod world-writable",
    weakness: WORLD_WRITABLE,
    leaves: true,
  },
  {
    programs: /^passwd$/,
    shows: has("-d", "--delete"),
    subject: "passwd -d",
    weakness: EMPTY_PASSWORD,
    leaves: true,
  },
  {
    programs: /^(?:useradd|usermod)$/,
    shows: (words) =>
      words.some(
        (word, index) =>
          ((word === "-p" || word === "--password") && words[index + 1] === "") ||
          word === "--password=",
      ),
    subject: "empty password",
    weakness: EMPTY_PASSWORD,
    leaves: true,
  },
  {
    programs: /^(?:apt|apt-get|apk|yum|dnf|microdnf|zypper)$/,
    shows: (words) =>
      words.some((word) => word === "install" || word === "add" || word === "in") &&
      words.some((word) => /^(?:sudo|doas)(?:=.*)?$/.test(word)),
    subject: "installs sudo",
    leaves: true,
    weakness: {
      severity: "low",
      message: "sudo is installed",
      detail:
        "It is a setuid program whose purpose is to give root back to a process that gave it up; a rule in sudoers or a bug in it is enough.",
      help: "Leave it out: do what needs root before `USER`, and run the rest without",
      label: "a way back to root",
    },
  },
];

/** Findings on the commands of a step. */
export function commandWeaknesses(run: RunStep): FindingDraft[] {
  return run.commands.flatMap((command, index) => [
    ...judge(command, run),
    ...emptyChpasswd(command, run.commands[index - 1], run),
    ...assignedSwitch(command),
  ]);
}

function judge(command: ShellCommand, run: RunStep): FindingDraft[] {
  const words = effectiveWords(command);
  const program = baseName(words[0]?.text ?? "");
  const texts = words.slice(1).map(({ text }) => text);
  const found = CHECKS.filter(
    (check) =>
      check.programs.test(program) &&
      (check.leaves !== true || (run.inImage && !isRemovedAgain(texts, run))) &&
      check.shows(texts, command),
  );
  return found.map(({ weakness, subject }) =>
    draft({
      ...weakness,
      confidence: prefixesOf(command).length > 3 ? "medium" : "high",
      at: command.span,
      subject,
    }),
  );
}

type ModeWeakness = "setid" | "world-writable" | "none";

/** The mode of a chmod: its first word that is no option. */
function modesOf(words: readonly string[]): ModeWeakness[] {
  const mode = words.find(
    (word) =>
      /^(?:[0-7]{3,5}|[ugoa]*[+=-][rwxXstugo]*(?:,.*)?)$/.test(word) &&
      !/^-[RvcfhHLP]+$/.test(word),
  );
  if (mode === undefined) return [];
  if (isSetidMode(mode)) return ["setid"];
  const octal = /^[0-7]{3,5}$/.test(mode) ? Number.parseInt(mode, 8) : 0;
  // With the sticky bit, as on /tmp, nobody removes what belongs to others.
  const sticky = (octal & 0o1000) !== 0;
  const parts = mode.split(",");
  const keptSticky = parts.some((part) => /^[oa]*[+=][rwxX]*t/.test(part));
  const symbolic = parts.some(
    (part) => /^(?:[ug]*[oa][ugoa]*|)[+=][rwxXst]*w/.test(part) && /[oa]/.test(part),
  );
  return [
    ((octal & 0o002) !== 0 && !sticky) || (symbolic && !keptSticky) ? "world-writable" : "none",
  ];
}

function isSetidMode(mode: string): boolean {
  if (/^[0-7]{4,5}$/.test(mode)) return (Number.parseInt(mode, 8) & 0o6000) !== 0;
  return mode.split(",").some((part) => /^[uga]*[+=][rwxXt]*s/.test(part));
}

/** `chmod g+s` on what is no program: new files in the directory get its group. */
function isGroupOfDirectory(words: readonly string[]): boolean {
  return (
    words.some((word) => /^g[+=][rwxX]*s[rwxX]*$/.test(word)) &&
    !words.some((word) => /(?:^|\/)s?bin\//.test(word))
  );
}

/** Whether all paths that a command names are removed by the step that makes them. */
function isRemovedAgain(texts: readonly string[], run: RunStep): boolean {
  const paths = texts.filter((text) => /^["']?(?:\/|\$)/.test(text));
  const removed = run.commands.flatMap((command) => {
    const [program, ...words] = effectiveWords(command);
    return baseName(program?.text ?? "") === "rm" ? words.map(({ text }) => text) : [];
  });
  return paths.length > 0 && paths.every((path) => removed.includes(path));
}

/** Directories whose purpose is to be writable by all. */
function onlyTemporary(words: readonly string[]): boolean {
  const paths = words.filter((word) => word.startsWith("/"));
  return (
    paths.length > 0 && paths.every((path) => /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/.test(path))
  );
}

/** `echo root: | chpasswd`. */
function emptyChpasswd(
  command: ShellCommand,
  before: ShellCommand | undefined,
  run: RunStep,
): FindingDraft[] {
  const program = baseName(effectiveWords(command)[0]?.text ?? "");
  const last: ShellWord | undefined = before?.words.at(-1);
  if (!run.inImage || program !== "chpasswd" || command.joinedBy !== "|" || last === undefined)
    return [];
  if (last.dynamic || !/^[\w.-]+:$/.test(last.text)) return [];
  return [draft({ ...EMPTY_PASSWORD, at: command.span, subject: "empty password" })];
}

const SWITCHES: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  GIT_SSL_NO_VERIFY: /^(?:1|true|yes|on)$/i,
  PYTHONHTTPSVERIFY: /^0$/,
  NPM_CONFIG_STRICT_SSL: /^(?:false|0)$/i,
};

/** `NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci`. */
function assignedSwitch(command: ShellCommand): FindingDraft[] {
  return command.assignments.flatMap(({ name, value, span }) =>
    SWITCHES[name.toUpperCase()]?.test(value) === true
      ? [
          draft({
            ...transport(`${name} is set`, `Remove ${name}; ${OWN_AUTHORITY}`),
            at: span,
            subject: name,
          }),
        ]
      : [],
  );
}
