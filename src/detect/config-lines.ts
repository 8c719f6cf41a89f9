/**
 * Names and their values as languages of configuration write them in one line: flow mappings of YAML, inline
 * tables of TOML, XML, assignments among other words, directives.
 */

import type { AssignedSecret } from "./assigned-line.ts";
import { classifyName, SECRET_SCORE } from "./classify-name.ts";
import { findPairs } from "./named-pairs.ts";

const QUOTED = String.raw`"([^"\\\r\n]{1,300})"|'([^'\\\r\n]{1,300})'`;

/** YAML 1.2.2, 7.4.2, and TOML, "Inline Table": `{user: bob, password: value}`, `{ password = "value" }`. */
const FLOW_PAIR = new RegExp(
  String.raw`[{,][ \t]{0,8}["']?([A-Za-z_][\w.-]{0,100})["']?[ \t]{0,8}(?:[:=][ \t]{0,8}(?:${QUOTED})|:[ \t]{1,8}([^\s,{}[\]"'#&*!|>][^\s,{}[\]"'#]{0,300})(?=[ \t]{0,8}[,}]))`,
  "g",
);

/** `<user password="value"/>`. */
const XML_ATTRIBUTE = /\s([A-Za-z_][\w.:-]{0,60})=(?:"([^"<>\r\n]{1,300})"|'([^'<>\r\n]{1,300})')/g;

/** `<add key="name" value="value"/>`, `<property name='name' value='value'/>`. */
const XML_PAIR =
  /\s(?:key|name)=["']([A-Za-z_][\w.:-]{0,100})["'][ \t]{1,8}value=(?:"([^"<>\r\n]{1,300})"|'([^'<>\r\n]{1,300})')/gi;

/** `<password>value</password>`. */
const XML_ELEMENT =
  /<([A-Za-z_][\w.:-]{0,60})(?:[ \t][^<>\r\n]{0,200})?>([^<>\r\n]{1,300})(?=<\/\1>)/g;

/** `<property name="password">value</property>`, `<property name="password"><value>value</value>`. */
const XML_NAMED_ELEMENT =
  /\s(?:key|name)=["']([A-Za-z_][\w.:-]{0,100})["'][^<>\r\n]{0,100}>(?:<value>)?([^<>\r\n]{1,300})(?=<\/)/gi;

/** `NAME=value` anywhere in a line: before a command, after `-e`, in a list. Names as variables have them. */
const VARIABLE = new RegExp(
  String.raw`(?:^|[\s,;"'(=\[])([A-Z][A-Z\d_]{2,80})\]?[ \t]{0,2}:?=[ \t]{0,2}(?:${QUOTED}|([^\s"',;&|)]{1,300}))`,
  "g",
);

/** `"name=value"` in a list. */
const QUOTED_ASSIGNMENT = /["']([A-Za-z_][\w.-]{1,100})=([^"'\s=][^"'\r\n]{0,300})(?=["'])/g;

/** `requirepass value`, `SetEnv NAME value`, `fastcgi_param NAME value;`: a name and one word, nothing more. */
const DIRECTIVE = new RegExp(
  String.raw`^[ \t]*(?:(?:SetEnv|setenv|ENV|(?:fastcgi|uwsgi|scgi)_param|user[ \t]{1,8}[\w.-]{1,60})[ \t]{1,8})?(?!(?:check|set|get|test|hash|verify|read|validate|gen)[\w-]*[_-])([A-Za-z_][\w.-]{0,100})[ \t]{1,20}(?:${QUOTED}|([^\s"';#=:<>()]{1,300}))[ \t]{0,8};?[ \t]{0,8}\r?$`,
  "g",
);

/** Secrets of one line, by the names that stand in it. A value at the end of a line may have lost its end. */
export function findConfigPairs(line: string): AssignedSecret[] {
  const found: AssignedSecret[] = [];
  if (line.includes("{") && !isComment(line)) found.push(...findPairs(line, FLOW_PAIR));
  if (/<[A-Za-z]/.test(line)) {
    for (const pattern of [XML_ELEMENT, XML_PAIR, XML_NAMED_ELEMENT, XML_ATTRIBUTE]) {
      found.push(...findPairs(line, pattern).filter(({ name }) => isSure(name)));
    }
  } else if (line.includes("LoginModule")) found.push(...findPairs(line, XML_ATTRIBUTE));
  if (line.includes("=")) {
    const quoted = findPairs(line, QUOTED_ASSIGNMENT).filter(({ name }) => isSure(name));
    found.push(...findPairs(line, VARIABLE), ...quoted);
  } else found.push(...findPairs(line, DIRECTIVE).filter(({ name }) => isPassword(name)));
  return withoutCopies(found);
}

/** What stands in comments is an example more often than not; a variable that was set once is not. */
export function isComment(line: string): boolean {
  return /^[ \t]*(?:#|\/\/|;|\*|\/\*)/.test(line);
}

/** Words of a language of markup are names of secrets often enough. */
function isSure(name: string): boolean {
  return classifyName(name).score >= SECRET_SCORE;
}

/** Of two words the first is a name only if nothing else is called so. */
function isPassword(name: string): boolean {
  const { sort, score } = classifyName(name);
  return score >= SECRET_SCORE && (sort === "password" || /^[A-Z][A-Z\d_]*$/.test(name));
}

/** The same value under the same name, seen by two patterns. */
function withoutCopies(found: readonly AssignedSecret[]): AssignedSecret[] {
  const ordered = found.toSorted((left, right) => left.start - right.start);
  return ordered.filter(({ start }, index) => start >= (ordered[index - 1]?.end ?? 0));
}

/** `- name: DB_PASSWORD` and `value: x` in the line after it, or in the same; in JSON or in YAML. */
const NAME_AND_VALUE = new RegExp(
  String.raw`["']?\bname["']?[ \t]{0,8}:[ \t]{1,8}["']?([A-Za-z_][\w.-]{0,100})["']?[ \t]{0,8},?[ \t]{0,8}(?:\r?\n[ \t]{0,100})?["']?value["']?[ \t]{0,8}:[ \t]{1,8}(?:${QUOTED}|([^\s,{}[\]"'#&*!|>][^\s,{}[\]"'#]{0,300}))`,
  "gi",
);

/** `<name>password</name>` and `<value>x</value>`, in one line or two; `<Password><Value>x</Value>`. */
const XML_NAME_AND_VALUE =
  /<(?:name>[ \t]{0,8})?([A-Za-z_][\w.:-]{0,100})(?:[ \t]{0,8}<\/name)?>\s{0,60}<value>([^<>\r\n]{1,300})(?=<\/value>)/gi;

/** Secrets of lists of names and values, such as the variables of a container. */
export function findListedPairs(text: string): AssignedSecret[] {
  if (!/value/i.test(text)) return [];
  return [...findPairs(text, NAME_AND_VALUE), ...findPairs(text, XML_NAME_AND_VALUE)];
}
