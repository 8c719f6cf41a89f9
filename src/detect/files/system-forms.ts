/** Forms of files that set systems up, and of lists of users. */

import type { LineForm } from "./line-form.ts";

export const systemForms: readonly LineForm[] = [
  {
    // pykickstart, "rootpw" and "user".
    path: /(?:^|\/)[\w.-]*(?:ks|kickstart)[\w.-]*\.cfg$/i,
    detector: "kickstart-password",
    title: "password of an unattended installation",
    head: /^rootpw[ \t]{1,8}(?:--(?:plaintext|allow-ssh)[ \t]{1,8}){0,2}(?!--)/gm,
    value: /^\S{1,200}/,
  },
  {
    // Debian's installer, appendix B.4.
    path: /(?:^|\/)[\w.-]*(?:preseed|\.seed)[\w.-]*$/i,
    detector: "preseed-password",
    title: "password of an unattended installation",
    head: /^d-i[ \t]{1,8}[\w-]{1,60}\/[\w-]{0,60}password(?:-again)?[ \t]{1,8}password[ \t]{1,8}/gm,
    value: /^\S[^\r\n]{0,200}/,
  },
  {
    // debconf(7): answers to questions of the type password.
    path: /(?:^|\/)debconf\/passwords\.dat(?:-old)?$/i,
    detector: "debconf-password",
    title: "password of a package's configuration",
    head: /^Value:[ \t]{1,8}/gm,
    value: /^\S[^\r\n]{0,200}/,
  },
  {
    // pgbouncer.org, "Authentication file format".
    path: /(?:^|\/)userlist\.txt$/i,
    detector: "pgbouncer-password",
    title: "password of a user of PgBouncer",
    head: /^"[^"\n]{1,200}"[ \t]{1,8}"/gm,
    value: /^[^"\r\n]{1,300}(?=")/,
  },
  {
    // doc.dovecot.org, "Password Schemes".
    path: /(?:^|\/)dovecot[\w.-]*(?:\/[\w.-]{1,60}){0,2}$/i,
    detector: "dovecot-password",
    title: "password of a mailbox",
    head: /^[^:\s#]{1,200}:\{(?:PLAIN|CLEARTEXT|CLEAR|PLAIN-MD5)\}/gm,
    value: /^[^:\s]{1,300}/,
  },
  {
    // exim4-config_files(5): server, login, password.
    path: /(?:^|\/)passwd\.client$/i,
    detector: "smtp-password",
    title: "password of a mail relay",
    head: /^(?!#)[^:\s]{1,300}:[^:\s]{1,200}:/gm,
    value: /^[^:\s]{1,300}/,
  },
  {
    // BIND's rndc.conf(5), and keys of TSIG.
    path: /(?:^|\/)(?:rndc\.(?:key|conf)|named\.conf[\w.-]*|[\w.-]+\.tsig)$/i,
    detector: "dns-key",
    title: "key of a DNS server",
    head: /^[^#\n]{0,200}\bsecret[ \t]{1,8}"/gm,
    value: /^[A-Za-z0-9+/]{16,200}={0,2}(?=")/,
  },
  {
    // snmpd.conf(5), snmpd's createUser and communities that can write.
    path: /(?:^|\/)snmpd?[\w.-]*\.conf$/i,
    detector: "snmp-password",
    title: "password of an SNMP user",
    head: /^[ \t]*(?:createUser[ \t]{1,8}\S{1,100}[ \t]{1,8}(?:MD5|SHA[\d-]*)|rwcommunity6?)[ \t]{1,8}"?/gm,
    value: /^[^\s"]{4,200}/,
  },
  {
    // curl(1), -K: user and password in one.
    path: /(?:^|\/)[._]?curlrc$/i,
    detector: "curl-password",
    title: "password of curl's configuration",
    head: /^[ \t]*-{0,2}(?:u|user|proxy-user)[ \t]{0,8}[=: \t][ \t]{0,8}"?[^:"\s]{1,200}:/gm,
    value: /^[^"\s]{1,300}/,
  },
  {
    // github.com/Kaggle/kaggle-api, "API credentials".
    path: /(?:^|\/)kaggle\.json$/i,
    detector: "kaggle-key",
    title: "Kaggle API key",
    head: /"key"\s{0,8}:\s{0,8}"/g,
    value: /^[0-9a-f]{32}(?=")/,
  },
  {
    path: /(?:^|\/)torrc[\w.-]*$/i,
    detector: "tor-control-password",
    title: "password hash of Tor's control port",
    head: /^HashedControlPassword[ \t]{1,8}/gm,
    value: /^16:[0-9A-F]{58}/,
  },
];
