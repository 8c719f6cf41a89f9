import { describe, expect, test } from "vitest";
import { maskScript, maskText, maskWords } from "./mask.ts";

describe("masks", () => {
  test.each([
    ["mysql -u root -phunter2hunter2", "mysql -u root ***"],
    ["curl -u joe:hunter2hunter2 https://x", "curl -u *** https://x"],
    ["sh -c 'export API_TOKEN=s3cr3tZx81lkqw9912; run'", "sh -c 'export API_TOKEN=***; run'"],
    ["app --db-password hunter2hunter2 --verbose", "app --db-password *** --verbose"],
    ["nginx -g 'daemon off;'", "nginx -g 'daemon off;'"],
    ["sleep 3600", "sleep 3600"],
    ["curl -H 'Authorization: Bearer abcdef.ghi'", "curl -H 'Authorization: Bearer ***'"],
    ["curl -H 'Authorization: Bearer $TOKEN'", "curl -H 'Authorization: Bearer $TOKEN'"],
  ])("%s", (text, expected) => {
    expect(maskScript(text)).toBe(expected);
  });

  test("words are masked in their own place", () => {
    const words = ["sh", "-c", "echo 'it is'; mysql -phunter2hunter2", "plain word"];
    expect(maskWords(words)).toEqual(["sh", "-c", "echo 'it is'; mysql ***", "plain word"]);
    expect(maskWords(["it's", "a b"])).toEqual(["it's", "a b"]);
    const same = ["sleep", "5"];
    expect(maskWords(same)).toBe(same);
  });

  test("long texts take linear time", () => {
    const started = performance.now();
    for (const piece of ["a=b ", "'", "password=", "$(", "https://a:b@c ", "--x="]) {
      maskScript(piece.repeat(60_000 / piece.length));
      maskText(piece.repeat(60_000 / piece.length));
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
