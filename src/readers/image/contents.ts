/** What an image holds, from what the scans of its layers and documents found. */

import { judgedAt } from "../../detect/token-expiry.ts";
import { readFileCapability } from "../../linux/file-capability.ts";
import type {
  CapableFile,
  ImageContents,
  LayerIdentity,
  LayerPlace,
  PrivilegedFile,
  SecretSighting,
} from "../../model/image-contents.ts";
import type { LayerFile, LayerReport } from "./layers/layer-report.ts";
import type { StateOf } from "./layers/whole-image.ts";

/** An image with more is as bad with fewer. */
export const MAX_SECRETS = 20_000;
const MAX_ALIASES = 20;

export interface ReadLayers {
  readonly layers: readonly LayerIdentity[];
  readonly reports: readonly LayerReport[];
  readonly states: StateOf;
  /** The target as the user named it. */
  readonly image: string;
  /** The time of the report, in milliseconds of Unix time: reports of layers may be old. */
  readonly now: number;
}

export function contentsOf(
  { layers, reports, states, image, now }: ReadLayers,
  documents: readonly SecretSighting[],
): ImageContents {
  let left = MAX_SECRETS;
  const inLayers = reports.flatMap((report, index): SecretSighting[] => {
    const layer = layers[index];
    if (layer === undefined) return [];
    const links = Map.groupBy(report.links, ({ to }) => to);
    const listed = report.sightings.slice(0, left);
    left -= listed.length;
    return listed.map(({ path, offset, length, layerOffset, ...sighting }): SecretSighting => {
      const file = path.split("!/")[0] ?? path;
      const aliases = (links.get(file) ?? []).slice(0, MAX_ALIASES).map((link) => link.path);
      const place: LayerPlace = {
        image,
        layer,
        path,
        offset,
        length,
        ...(layerOffset === undefined ? {} : { layerOffset }),
      };
      const own = states(index, file);
      // A file lives as long as one of its names does.
      const lives =
        own.is !== "live" && aliases.some((alias) => states(index, alias).is === "live");
      return {
        ...judgedAt(sighting, now),
        place,
        state: lives ? { is: "live" } : own,
        ...(aliases.length === 0 ? {} : { aliases }),
      };
    });
  });
  const live = <T extends LayerFile>(
    pick: (report: LayerReport) => readonly T[],
  ): (T & { readonly layer: LayerIdentity })[] =>
    reports.flatMap((report, index) => {
      const layer = layers[index];
      if (layer === undefined) return [];
      return pick(report)
        .filter(({ path }) => states(index, path).is === "live")
        .map((file) => ({ ...file, layer }));
    });
  return {
    image,
    layers,
    secrets: [...documents.map((sighting) => judgedAt(sighting, now)), ...inLayers],
    setuid: live(({ setuid }) => setuid) satisfies PrivilegedFile[],
    capable: live(({ capable }) => capable).flatMap(
      ({ capability = "", ...file }): CapableFile[] => {
        const bytes = Uint8Array.from(capability.match(/../g) ?? [], (byte) => parseInt(byte, 16));
        const read = readFileCapability(bytes);
        if (read === undefined) return [];
        const { permitted, inheritable, effective } = read;
        return [{ ...file, permitted, inheritable, effective }];
      },
    ),
    writableCode: live(({ writableCode }) => writableCode) satisfies PrivilegedFile[],
  };
}
