/**
 * What a setuid program gives to whoever runs it. Known are those that packages of Debian, Fedora and Alpine
 * install so; which programs run commands or touch any file as their owner is told by their manual pages.
 */

/** Programs that distributions install with these bits, made to be run by anybody. */
const KNOWN = words(`
  su mount umount passwd chsh chfn newgrp gpasswd sg chage expiry unix_chkpwd pam_timestamp_check wall write
  bsd-write write.ul ssh-agent ssh-keysign dbus-daemon-launch-helper fusermount fusermount3 crontab at ping ping6
  ping4 arping traceroute traceroute6 traceroute6.iputils clockdiff mtr-packet newuidmap newgidmap bbsuid
  suexec utempter dotlockfile mail-lock mail-unlock mail-touchlock postdrop postqueue sendmail exim4
  polkit-agent-helper-1 chrome-sandbox mount.nfs mount.cifs mount.ecryptfs_private mount.fuse pppd ntfs-3g locate mlocate
  plocate userhelper usernetctl gst-ptp-helper Xorg.wrap screen slocate lockfile procmail ksu vlock sudoreplay`);

/** Programs whose work is to give root to some users. */
const ESCALATORS = words("sudo sudoedit doas pkexec run0 super calife");

/** Shells, interpreters and programs that run any command. */
const COMMANDS = words(`
  sh bash rbash dash ash zsh ksh ksh93 mksh pdksh csh tcsh fish elvish nu busybox toybox pwsh
  python perl ruby node nodejs bun deno php lua luajit tclsh wish expect gdb lldb guile sbcl julia R Rscript irb
  java jshell erl elixir octave jrunscript jjs awk gawk mawk nawk
  env nice nohup timeout xargs find vi vim nvim view vimdiff rvim ed ex emacs nano pico joe less more most man
  strace ltrace nsenter unshare chroot capsh setarch setpriv taskset ionice chrt stdbuf time watch flock
  start-stop-daemon run-parts script scriptreplay setsid tmux make cmake ninja gcc cc g++ rustc go cargo npm npx pip
  git hg svn tar zip rsync ssh scp sftp ftp socat nc ncat netcat telnet nmap tcpdump docker podman nerdctl runc crun ctr
  kubectl systemctl systemd-run journalctl ip iptables dmsetup logrotate mysql psql sqlite3 redis-cli gosu su-exec
  tini entr parallel apt
  apt-get dpkg rpm dnf yum apk snap cpan gem composer pexec choom aa-exec gtester ansible-playbook`);

/** Programs that read or write any file. */
const FILES = words(`
  cp mv dd install ln tee cat head tail tac nl od xxd hexdump base32 base64 sed sort uniq cut paste join comm diff
  grep egrep fgrep chmod chown chgrp chattr truncate split csplit shuf cpio ar gzip gunzip bzip2 xz zstd unzip
  pigz jq curl wget aria2c openssl gpg strings file readelf objcopy patch rev fold fmt expand unexpand tr column
  iconv look wc mknod setfacl setcap debugfs pr arj uuencode uudecode`);

export type Program = "known" | "escalator" | "commands" | "files" | "other";

/** Longer than the name of any of them. */
const MAX_NAME = 64;
/** The dynamic loader, which runs any program that it is given. */
const LOADER = /^ld(?:-[\w.-]+)?\.so(?:\.\d)?$/;

/** Where distributions put programs. */
const SYSTEM =
  /^\/(?:usr\/)?(?:bin|sbin|lib|libexec|lib64|lib32|libx32)\/|^\/usr\/local\/s?bin\/|^\/opt\/google\/chrome\//;

/** What a program is, by its path. What stands elsewhere than programs of a distribution do is not known by its name. */
export function programAt(path: string): Program {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.length > MAX_NAME) return "other";
  if (LOADER.test(name)) return "commands";
  // `python3.13`, `perl5.40.1`, `bash-static`, `gcc-14`
  const plain = name
    .replace(/[-.]?\d[\d.]*$/, "")
    .replace(/-static$|\.(?:basic|tiny|traditional|openbsd)$/, "");
  for (const each of [name, plain]) {
    if (COMMANDS.has(each)) return "commands";
    if (FILES.has(each)) return "files";
    if (ESCALATORS.has(each)) return "escalator";
  }
  return KNOWN.has(name) && SYSTEM.test(path) ? "known" : "other";
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
