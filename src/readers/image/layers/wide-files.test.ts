/** Files of settings in UTF-16, in which names tell secrets. */

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { streamOfBytes } from "../stream/byte-stream.ts";
import { tarOf } from "../tar/testing.ts";
import { scanLayerWithKey } from "./scan-with-key.ts";

const SECRET = ["q7Xk2LmZp9R", "t4WvB8nYc3D"].join("");

const ORDERS = ["le", "be"] as const;
const FORMS = ORDERS.flatMap((order) => [true, false].map((marked) => ({ order, marked })));

function wide(text: string, { order, marked }: (typeof FORMS)[number]): Buffer {
  const bytes = Buffer.from(`${marked ? "\ufeff" : ""}${text}`, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

function narrow(bytes: Buffer, { order }: (typeof FORMS)[number]): string {
  return new TextDecoder(`utf-16${order}`, { ignoreBOM: true }).decode(bytes);
}

const FILES: readonly (readonly [path: string, content: string])[] = [
  ["app/.env", `DB_HOST=db\r\nDB_PASSWORD=${SECRET}\r\n`],
  ["app/appsettings.json", `{\r\n  "Smtp": { "Password": "${SECRET}" }\r\n}\r\n`],
  ["app/config.yml", `db:\r\n  user: app\r\n  password: ${SECRET}\r\n`],
  ["root/.pgpass", `db:5432:shop:app:${SECRET}\r\n`],
  ["app/settings.ini", `; caf\u00e9 \u2014 \u4e2d\r\npassword = ${SECRET}\r\n`],
];

test.each(FILES.flatMap(([path, content]) => FORMS.map((form) => [path, form, content] as const)))(
  "%s %j",
  async (path, form, content) => {
    const bytes = wide(content, form);
    const layer = tarOf([{ path, content: bytes }]);
    const { sightings } = await scanLayerWithKey(streamOfBytes(layer), Buffer.alloc(32));
    expect(sightings).toMatchObject([{ confidence: "high", encoding: `utf-16${form.order}` }]);
    const [{ offset, length, layerOffset }] = sightings as [(typeof sightings)[number]];
    expect(narrow(bytes.subarray(offset, offset + length), form)).toBe(SECRET);
    expect(layer.subarray(layerOffset, (layerOffset ?? 0) + length)).toEqual(
      bytes.subarray(offset, offset + length),
    );
  },
);

test("one that is compressed", async () => {
  const content = gzipSync(wide(`DB_PASSWORD=${SECRET}\n`, { order: "le", marked: true }));
  const layer = tarOf([{ path: "app/app.conf.gz", content }]);
  const { sightings } = await scanLayerWithKey(streamOfBytes(layer), Buffer.alloc(32));
  expect(sightings).toMatchObject([{ path: "/app/app.conf.gz!/app.conf", offset: 2 + 24 }]);
});

test("the same value has the same hash in every form", async () => {
  const content = `password = ${SECRET}\n`;
  const entries = [
    { path: "a.conf", content },
    ...FORMS.map((form, index) => ({
      path: `${String(index)}.conf`,
      content: wide(content, form),
    })),
  ];
  const { sightings } = await scanLayerWithKey(streamOfBytes(tarOf(entries)), Buffer.alloc(32));
  expect(sightings).toHaveLength(5);
  expect(new Set(sightings.map(({ keyedHash }) => keyedHash)).size).toBe(1);
});

test.each([
  ["app/handler.txt", wide(`password = ${SECRET}\n`, { order: "le", marked: true })],
  ["app/app.conf", wide("password = ${PASSWORD}\n", { order: "le", marked: true })],
  ["app/app.conf", Buffer.from([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0])],
  ["app/app.conf", Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0])],
])("nothing in %s", async (path, content) => {
  const layer = tarOf([{ path, content }]);
  const { sightings, problems } = await scanLayerWithKey(streamOfBytes(layer), Buffer.alloc(32));
  expect([sightings, problems]).toEqual([[], []]);
});
