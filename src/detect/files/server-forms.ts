/** Forms of the files of servers and of programs that log in to them. */

import type { LineForm } from "./line-form.ts";

export const serverForms: readonly LineForm[] = [
  {
    // Postfix, SASL_README, "Enabling SASL authentication in the Postfix SMTP/LMTP client".
    path: /(?:^|\/)sasl_?passw(?:or)?ds?$/i,
    detector: "smtp-password",
    title: "password of a mail relay",
    head: /^(?!#)\S{1,300}[ \t]{1,40}[^\s:]{1,200}:/gm,
    value: /^\S{1,300}/,
  },
  {
    // pppd(8): client, server, secret, addresses.
    path: /(?:^|\/)(?:chap|pap)-secrets$/i,
    detector: "ppp-secret",
    title: "secret of a PPP login",
    head: /^(?!#)(?:"[^"\n]{1,200}"|[^\s"#]{1,200})[ \t]{1,40}(?:"[^"\n]{1,200}"|[^\s"]{1,200})[ \t]{1,40}"?/gm,
    value: /^[^\s"*]{1,200}/,
  },
  {
    // ipsec.secrets(5).
    path: /(?:^|\/)[\w.-]*ipsec[\w.-]*\.secrets$/i,
    detector: "ipsec-secret",
    title: "secret of an IPsec connection",
    head: /^[^#\n]{0,300}[\s:](?:PSK|EAP|XAUTH|NTLM)[ \t]{1,8}"/gm,
    value: /^[^"\r\n]{1,300}(?=")/,
  },
  {
    // redis.io, "ACL": `user name on >password`.
    path: /(?:^|\/)(?:[\w.-]*\.acl|(?:redis|valkey|sentinel)[\w.-]*\.conf)$/i,
    detector: "redis-password",
    title: "password of a Redis user",
    head: /^user[ \t]{1,8}\S{1,200}[ \t](?:[^\n]{0,300}?[ \t])?>/gm,
    value: /^\S{1,300}/,
  },
  {
    // erlang.org, "Distributed Erlang": who knows it runs code on every node.
    path: /(?:^|\/)\.erlang\.cookie$/i,
    detector: "erlang-cookie",
    title: "cookie of an Erlang cluster",
    head: /^/g,
    value: /^[\w-]{8,255}(?=\s*$)/,
  },
  {
    // Tokens of Vault before 1.10 have no prefix that stands out.
    path: /(?:^|\/)\.vault-token$/i,
    detector: "vault-legacy-token",
    title: "Vault token",
    head: /^/g,
    value: /^s\.[A-Za-z0-9]{24}(?=\s*$)/,
  },
  {
    // Subversion's libsvn_subr/simple_providers: serialised hashes.
    path: /\/\.subversion\/auth\/svn\.simple\/[^/]{1,100}$/i,
    detector: "subversion-password",
    title: "password of a Subversion login",
    head: /^password\nV \d{1,4}\n/gm,
    value: /^[^\r\n]{1,300}/,
  },
  {
    path: /(?:^|\/)(?:sitemanager|recentservers|filezilla)\.xml$/i,
    detector: "filezilla-password",
    title: "password of a FileZilla site",
    head: /<Pass(?: encoding="base64")?>/g,
    value: /^[^<>\r\n]{1,400}(?=<)/,
    comments: "xml",
  },
  {
    // learn.microsoft.com, "Configuration in ASP.NET Core": a section for the signing of tokens.
    path: /(?:^|\/)appsettings(?:\.[\w-]{1,60})?\.json$/i,
    detector: "signing-key",
    title: "key that signs tokens",
    head: /"(?:\w{0,20}Jwt\w{0,20}|TokenOptions)"\s{0,20}:\s{0,20}\{[^{}]{0,600}?"(?:Signing|Secret|IssuerSigning|Symmetric(?:Security)?)?Key"\s{0,20}:\s{0,20}"/gi,
    value: /^[^"\\\r\n]{16,600}(?=")/,
  },
  {
    // Terraform, "State": outputs in clear, whatever they are called.
    path: /(?:^|\/)[\w.-]*\.tfstate(?:\.backup|\.\d{1,20}\.backup)?$/i,
    detector: "terraform-output",
    title: "secret output of a Terraform state",
    head: /"[\w-]{0,80}(?:password|passwd|secret|token|private_key|api_?key|access_key|connection_string)"\s{0,20}:\s{0,20}\{\s{0,40}"value"\s{0,20}:\s{0,20}"/gi,
    value: /^(?:[^"\\\r\n]|\\.){4,4000}(?=")/,
  },
  {
    path: /(?:^|\/)[\w.-]{1,200}\.tf$/i,
    detector: "terraform-default",
    title: "default of a secret variable of Terraform",
    head: /\bvariable[ \t]{1,8}"[\w-]{0,80}(?:password|passwd|secret|token|api_?key|access_key)"[ \t]{0,8}\{[^{}]{0,600}?\bdefault[ \t]{0,20}=[ \t]{0,20}"/gi,
    value: /^[^"\\\r\n]{4,1000}(?=")/,
  },
  {
    // httpd.apache.org, "Password Formats": crypt(3) of DES.
    path: /(?:^|\/)[\w.-]*htpasswd[\w.-]*$/i,
    detector: "htpasswd-des",
    title: "password hash of DES",
    head: /^[^:\s#][^:\n]{0,255}:(?=[./0-9A-Za-z]{13}\r?$)/gm,
    value: /^[./0-9A-Za-z]{13}/,
  },
];
