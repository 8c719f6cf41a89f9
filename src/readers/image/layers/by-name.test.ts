/** Files in which names tell secrets, by their paths. */

import { expect, test } from "vitest";
import { streamOfBytes } from "../stream/byte-stream.ts";
import { tarOf } from "../tar/testing.ts";
import { scanLayerWithKey } from "./scan-with-key.ts";

const SECRET = ["q7Xk2LmZp9R", "t4WvB8nYc3D"].join("");

async function found(path: string, content: string): Promise<readonly string[]> {
  const layer = tarOf([{ path, content: Buffer.from(content, "latin1") }]);
  const { sightings } = await scanLayerWithKey(streamOfBytes(layer), Buffer.alloc(32));
  return sightings.map(
    ({ confidence, offset, length }) => `${confidence} ${content.slice(offset, offset + length)}`,
  );
}

test.each([
  ["app/.env~", `DB_PASSWORD=${SECRET}\n`],
  ["app/.env.swp", `b0VIM\0\0A=b\0DB_PASSWORD=${SECRET}\0\0`],
  ["root/.ash_history", `export DB_PASSWORD=${SECRET}\n`],
  ["etc/environment", `DB_PASSWORD=${SECRET}\n`],
  ["etc/default/shop", `DB_PASSWORD=${SECRET}\n`],
  ["etc/profile.d/shop.sh", `export DB_PASSWORD=${SECRET}\n`],
  ["root/.bashrc", `export DB_PASSWORD=${SECRET}\n`],
  ["root/.profile", `DB_PASSWORD="${SECRET}"\n`],
  ["root/.zshrc", `export DB_PASSWORD='${SECRET}'\n`],
  ["etc/systemd/system/shop.service", `[Service]\nEnvironment=DB_PASSWORD=${SECRET}\n`],
  ["app/config.json", `{"password":"${SECRET}"}`],
  ["app/appsettings.json", `{"Jwt":{"Secret":"${SECRET}"}}`],
  ["app/settings.py", `D = {'PASSWORD': '${SECRET}'}\n`],
  ["app/config.prod.ts", `export const apiKey = "${SECRET}";\n`],
  ["app/config/database.php", `<?php return ['password' => '${SECRET}'];\n`],
  ["root/.m2/settings.xml", `<password>${SECRET}</password>`],
  ["etc/wpa_supplicant.conf", `  psk="${SECRET}"\n`],
])("%s", async (path, content) => {
  expect(await found(path, content)).toEqual([`high ${SECRET}`]);
});

test.each([
  ["app/handler.py", `PASSWORD = '${SECRET}'\n`],
  ["app/webpack.config.js", `x = { password: '${SECRET}' }\n`],
  [
    "app/config.js",
    "const password = process.env.PASSWORD1;\nconst token = tokenOf('a1b2c3d4');\n",
  ],
  ["app/config.py", "SECRET_KEY = os.environ['SECRET_KEY']\npassword = None\n"],
  ["root/.bashrc", "export API_TOKEN=$(cat /run/token)\nexport PASSWORD_STORE_DIR=/root/store\n"],
  [
    "etc/systemd/system/a.service",
    "Environment=TOKEN_FILE=/run/token\nEnvironment=DB_PASSWORD=%i\n",
  ],
  ["app/schema.json", '{"password":{"type":"string"},"token":"string"}'],
  ["openapi.yaml", "properties:\n  token: string\n  password: {type: integer}\n"],
])("nothing in %s", async (path, content) => {
  expect(await found(path, content)).toEqual([]);
});
