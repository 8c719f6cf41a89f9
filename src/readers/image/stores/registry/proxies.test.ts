import { expect, test } from "vitest";
import { proxiesOf } from "./proxies.ts";

test("the proxies of the environment", () => {
  expect(proxiesOf({})).toEqual({});
  expect(proxiesOf({ NO_PROXY: "a", HTTPS_PROXY: "" })).toEqual({});
  const both = { https_proxy: "http://user:pa55word@10.0.0.1:3128", NO_PROXY: "a,b" };
  expect(proxiesOf({ ...both, OTHER: "x" })).toEqual(both);
});

test("what Node would pass over or fail at is named, without what it says", () => {
  for (const value of [
    "socks5://pa55word@h:1",
    "proxy:3128",
    "http://a pa55word",
    "http://h:99999",
    "http://h\r\n",
    "http://[",
    "::::",
  ]) {
    expect([value, proxiesOf({ HTTPS_PROXY: value })]).toEqual([
      value,
      {
        problem: "HTTPS_PROXY is no address of a proxy that can be used here",
        settle: "write it as http://HOST:PORT",
      },
    ]);
  }
});
