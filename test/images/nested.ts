/** Archives in the files of a layer, in each other, and what hides beside their members. */

import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import { tarOf } from "../../src/readers/image/tar/testing.ts";
import type { Plan } from "./plan.ts";
import { zipOf } from "./zip-writer.ts";

/** Bytes of an archive that belong to none of its members, by their path in a report. */
const NO_MEMBER = "(outside of the archive's files)";

export function nestedArchives(plan: Plan, layer: number): Entry[] {
  const inside = (place: string, path: string): Buffer => {
    const value = plan.token();
    const text = `${plan.words(20)}\nkey ${value} end\n${plan.words(20)}`;
    return Buffer.from(plan.hide(place, layer, path, text, [value]).content as string);
  };
  const beside = (place: string, archive: string, value: string, bytes: Buffer): Buffer => {
    plan.hide(place, layer, `${archive}!/${NO_MEMBER}`, bytes, [value]);
    return bytes;
  };
  const tar = (archive: string, place: string): Buffer =>
    tarOf([
      { path: "./etc/", flag: "5" },
      { path: "./etc/one.txt", content: inside(place, `${archive}!/etc/one.txt`) },
      { path: "two.txt", content: inside(place, `${archive}!/two.txt`) },
    ]);
  const zip = (archive: string, place: string, sizesAfter = false): Buffer =>
    zipOf([
      {
        path: "stored.txt",
        content: inside(place, `${archive}!/stored.txt`),
        method: sizesAfter ? "deflated" : "stored",
        sizesAfter,
      },
      { path: "deflated.txt", content: inside(place, `${archive}!/deflated.txt`), sizesAfter },
    ]);
  const deep = "/deep/outer.tgz!/a.zip!/b.tar!/c.jar";
  const war = "/opt/ship.tar!/app.war";
  const jar = `${war}!/WEB-INF/lib/code.jar`;
  const commented = plan.token();
  const behind = plan.token();
  const padded = plan.token();
  const large = Buffer.concat([plan.noise(700_000), Buffer.from("\0")]);
  const largeText = Buffer.concat([
    large,
    inside("a large member of a zip", "/opt/large.zip!/big.bin"),
  ]);
  plan.contents.set(`${String(layer)} /opt/large.zip!/big.bin`, largeText);
  const commentedZip = zipOf(
    [{ path: "a.txt", content: Buffer.from("nothing") }],
    `built with ${commented} `,
  );
  const hiddenTar = Buffer.concat([
    tarOf([{ path: "a.txt", content: "nothing" }]),
    Buffer.from(` ${behind} `),
  ]);
  const paddedTar = tarOf([{ path: "a.txt", content: "nothing" }]);
  paddedTar.write(padded, 512 + 30, "latin1");
  const files: Record<string, Buffer> = {
    "/opt/plain.tar": tar("/opt/plain.tar", "a tar archive"),
    "/opt/packed.tgz": gzipSync(tar("/opt/packed.tgz", "a compressed tar archive")),
    "/opt/packed.tar.zst": zstdCompressSync(tar("/opt/packed.tar.zst", "a tar archive in zstd")),
    "/opt/lib.zip": zip("/opt/lib.zip", "a zip archive"),
    "/opt/streamed.zip": zip("/opt/streamed.zip", "a zip archive with sizes after the data", true),
    "/opt/large.zip": zipOf([{ path: "big.bin", content: largeText }]),
    "/opt/dump.sql.gz": gzipSync(inside("a file in gzip", "/opt/dump.sql.gz!/dump.sql")),
    "/opt/log.zst": zstdCompressSync(inside("a file in zstd", "/opt/log.zst!/log")),
    "/opt/ship.tar": tarOf([
      { path: "readme", content: "what is in here" },
      {
        path: "app.war",
        content: zipOf([
          {
            path: "WEB-INF/lib/code.jar",
            content: zip(jar, "a jar in a war in a tar"),
            method: "stored",
          },
          { path: "WEB-INF/web.xml", content: inside("a war in a tar", `${war}!/WEB-INF/web.xml`) },
        ]),
      },
    ]),
    "/deep/outer.tgz": gzipSync(
      tarOf([
        {
          path: "a.zip",
          content: zipOf([
            {
              path: "b.tar",
              content: tarOf([
                { path: "c.jar", content: zip(deep, "the fourth archive in each other") },
              ]),
            },
          ]),
        },
      ]),
    ),
    "/deep/twice.gz": gzipSync(gzipSync(inside("compressed twice", "/deep/twice.gz!/twice"))),
    "/opt/commented.zip": beside(
      "a comment of a zip",
      "/opt/commented.zip",
      commented,
      commentedZip,
    ),
    "/opt/behind.tar": beside(
      "after the end of a nested tar",
      "/opt/behind.tar",
      behind,
      hiddenTar,
    ),
    "/opt/padded.tgz": gzipSync(
      beside("padding of a nested tar", "/opt/padded.tgz", padded, paddedTar),
    ),
  };
  return Object.entries(files).map(([path, content]) => ({ path: path.slice(1), content }));
}
