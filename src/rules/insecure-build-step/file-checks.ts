/** Commands that leave a hole in the image, as a table. */

import type { CommandCheck } from "./command-check.ts";
import { has } from "./command-check.ts";
import { givesRoot } from "./file-capabilities.ts";
import { givenMode, isGroupOfDirectory, modeOf, onlyTemporary } from "./modes.ts";
import type { Weakness } from "./weakness.ts";

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

const FILE_CAPABILITIES: Weakness = {
  severity: "medium",
  message: "a program gets capabilities that lead to root",
  detail:
    "Whoever runs it holds them, whatever user the container has: another way than setuid to get back what a process gave up. It also fails to start once the container drops them.",
  help: "Leave the capability away, or give the program only what it needs, such as `cap_net_bind_service=+ep`; and set no-new-privileges where the container runs",
  label: "capabilities of a file",
};

export const EMPTY_PASSWORD: Weakness = {
  severity: "high",
  message: "an account gets an empty password",
  detail:
    "Every process of the container, whatever its user, becomes that account with `su` without being asked.",
  help: "Lock the account instead: `passwd -l NAME`, or create it with `--disabled-password`",
  label: "empty password",
};

export const fileChecks: readonly CommandCheck[] = [
  {
    programs: /^chmod$/,
    shows: (words) => modeOf(words) === "setid" && !isGroupOfDirectory(words),
    subject: "chmod setuid",
    weakness: SETUID,
    leaves: true,
  },
  {
    programs: /^install$/,
    shows: (words) => givenMode(words) === "setid",
    subject: "install setuid",
    weakness: SETUID,
    leaves: true,
  },
  {
    programs: /^chmod$/,
    shows: (words) => modeOf(words) === "world-writable" && !onlyTemporary(words),
    subject: "chmod world-writable",
    weakness: WORLD_WRITABLE,
    leaves: true,
  },
  {
    programs: /^(?:install|mkdir)$/,
    shows: (words) => givenMode(words) === "world-writable" && !onlyTemporary(words),
    subject: "made world-writable",
    weakness: WORLD_WRITABLE,
    leaves: true,
  },
  {
    programs: /^setcap$/,
    shows: givesRoot,
    subject: "setcap",
    weakness: FILE_CAPABILITIES,
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
