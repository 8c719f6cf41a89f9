import { expect, test } from "vitest";
import { describeUser, isRoot, parseUser } from "./user.ts";

test.each(["", "0", "00", "+0", "-0", "0:0", "00:app", "root", "root:root", "root:1000", " 0 "])(
  "%j is root",
  (text) => {
    expect(isRoot(parseUser(text))).toBe(true);
  },
);

test.each(["1000", "1000:0", "app", "app:root", "65532", "rooty", "0x0", "000001"])(
  "%j is not root",
  (text) => {
    expect(isRoot(parseUser(text))).toBe(false);
  },
);

test("group zero is told apart from user zero", () => {
  expect(parseUser("1000:0")).toMatchObject({ uid: 1000, gid: 0 });
  expect(describeUser(parseUser("1000:0"))).toBe("uid 1000, gid 0");
  expect(describeUser(parseUser("app:staff"))).toBe("user app, group staff");
});
