/** `setcap`: capabilities that a file gives to whoever runs it. Source: cap_from_text(3), setcap(8), libcap 2.77. */

/** Capabilities with which a process becomes root of the container, or of more. */
const ROOT = new Set(
  `all setuid setgid setfcap chown fowner dac_override dac_read_search mknod bpf
   sys_admin sys_ptrace sys_module sys_rawio mac_admin mac_override`.split(/\s+/),
);

/** Whether the words of a `setcap` give a file capabilities that lead to root. */
export function givesRoot(words: readonly string[]): boolean {
  return words.some((word) => /[=+]/.test(word) && word.split(/\s+/).some(clauseGivesRoot));
}

/** One clause: `cap_setuid,cap_setgid=+ep`, `all+ep`, and `=ep`, which names all. */
function clauseGivesRoot(clause: string): boolean {
  const groups = /^(?<names>[a-z0-9_,]*)(?<sets>[=+-][eip=+-]*)$/i.exec(clause)?.groups;
  if (groups === undefined || !/[=+][ei]*p/.test(groups["sets"] ?? "")) return false;
  const names = (groups["names"] ?? "").toLowerCase().split(",");
  return names.some((name) => name === "" || ROOT.has(name.replace(/^cap_/, "")));
}
