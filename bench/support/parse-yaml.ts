/** The limit for manifests: the yaml package alone parses every file under a directory. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const [tree = "."] = process.argv.slice(2);
let documents = 0;
for (const name of readdirSync(tree, { recursive: true, encoding: "utf8" })) {
  if (name.endsWith(".yaml"))
    documents += parseAllDocuments(readFileSync(join(tree, name), "utf8")).length;
}
if (documents === 0) throw new Error(`no documents under ${tree}`);
