/**
 * Scans a stream of bytes for secrets: as it is, or as the archive that it is, down to a bounded depth.
 * Nothing is held but the scanner's window and small files of known forms.
 */

import type { ByteStream } from "../stream/byte-stream.ts";
import { peek } from "../stream/byte-stream.ts";
import type { TarMember } from "../tar/member.ts";
import { contentKind } from "./content-kind.ts";
import { scanCompressed } from "./scan-compressed.ts";
import { scanPlain } from "./scan-plain.ts";
import { scanTar } from "./scan-tar.ts";
import type { Content, ScanTools } from "./scan-tools.ts";
import { MAX_DEPTH, memberPath, NO_MEMBER, TOO_DEEP } from "./scan-tools.ts";
import { scanZip } from "./scan-zip.ts";
import { HEAD_BYTES } from "./taps.ts";

/** Scans any content by what it is. Gives the problem that kept it from being read whole. */
export async function scanContent(
  source: ByteStream,
  content: Content,
  tools: ScanTools,
): Promise<string | undefined> {
  const { path, depth, layerOffset } = content;
  const { head, stream } = await peek(source, HEAD_BYTES);
  const kind = contentKind(head);
  if (kind === "plain") return scanPlain(stream, content, 0, tools);
  if (depth > MAX_DEPTH) {
    tools.events.onProblem(path, TOO_DEEP);
    return scanPlain(stream, content, 0, tools);
  }
  if (kind === "compressed") return scanCompressed(stream, content, tools);
  if (kind === "zip") return scanZip(stream, content, tools);
  const nameOf = ({ path: name }: TarMember): string => memberPath(path, name);
  const gapPath = memberPath(path, NO_MEMBER);
  const from = layerOffset === undefined ? {} : { layerOffset };
  return scanTar(stream, { depth, nameOf, gapPath, ...from }, tools);
}
