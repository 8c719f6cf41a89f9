/** Scans the members of a zip archive, and what else stands in it. */

import type { ByteStream } from "../stream/byte-stream.ts";
import type { ZipMember } from "../zip/reader.ts";
import { readZip } from "../zip/reader.ts";
import { contentKind } from "./content-kind.ts";
import { scanContent } from "./scan-content.ts";
import { scanPlain, scanPlainAtOnce } from "./scan-plain.ts";
import type { Content, ScanTools } from "./scan-tools.ts";
import {
  bounded,
  MAX_NESTED_MEMBERS,
  memberPath,
  moved,
  NO_MEMBER,
  TOO_MUCH,
} from "./scan-tools.ts";
import { HEAD_BYTES } from "./taps.ts";

export function scanZip(
  stream: ByteStream,
  content: Content,
  tools: ScanTools,
): Promise<string | undefined> {
  const { path, depth, layerOffset } = content;
  const { budget, events } = tools;
  const inner = ({ path: name, storedAt, bytes }: ZipMember): Content => {
    const at = storedAt === undefined ? undefined : moved(layerOffset, storedAt);
    return {
      path: memberPath(path, name),
      depth: depth + 1,
      ...(at === undefined ? {} : { layerOffset: at }),
      ...(bytes === undefined ? {} : { bytes }),
    };
  };
  return readZip(stream, {
    onSmall: (member, bytes) => {
      if (budget.nestedMembers >= MAX_NESTED_MEMBERS || budget.nestedBytes > budget.allowed())
        return false;
      if (contentKind(bytes.subarray(0, HEAD_BYTES)) !== "plain") return false;
      budget.nestedMembers += 1;
      budget.nestedBytes += bytes.length;
      scanPlainAtOnce(bytes, inner(member), tools);
      return true;
    },
    onMember: async (member, bytes) => {
      budget.nestedMembers += 1;
      if (budget.nestedMembers > MAX_NESTED_MEMBERS) {
        if (budget.nestedMembers === MAX_NESTED_MEMBERS + 1) events.onProblem(path, TOO_MUCH);
        return false;
      }
      const limited = bounded(bytes, budget);
      const into = inner(member);
      const problem = await scanContent(limited, into, tools);
      if (problem !== undefined) events.onProblem(into.path, problem);
      return !limited.exceeded();
    },
    onRest: async (rest, offset) => {
      await scanPlain(rest, { ...content, path: memberPath(path, NO_MEMBER) }, offset, tools);
    },
  });
}
