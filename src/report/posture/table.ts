/** The posture of a workload as a table: one line a layer, with value and origin. */

import type { Workload } from "../../model/workload.ts";
import { engines } from "../../linux/engines.ts";
import { displayWidth, padTo } from "../display-width.ts";
import { maskText } from "../mask/line.ts";
import { plainLine } from "../sanitize.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { wrap } from "../wrap.ts";
import type { Mark } from "./layer.ts";
import { layersOf } from "./layers.ts";
import { linePlace } from "./origin.ts";

const SIGNS: Readonly<Record<Mark, string>> = {
  tighter: "+",
  looser: "!",
  default: " ",
  unknown: "?",
  later: " ",
};

const STYLES: Readonly<Record<Mark, Style | undefined>> = {
  tighter: "good",
  looser: "bad",
  default: undefined,
  unknown: "unknown",
  later: "dim",
};

/** Cells of the legend on one line. */
const LEGEND_WIDTH = 62;

/** Explains the signs; printed once below the tables. */
export function postureLegend(width: number, paint: Paint): string[] {
  const parts = [
    paint.in("good", "+ tighter than the default"),
    paint.in("bad", "! looser"),
    paint.in("unknown", "? unknown, so not safe"),
  ];
  return width < LEGEND_WIDTH ? parts : [parts.join("   ")];
}

interface Columns {
  readonly layer: number;
  readonly value: number;
  readonly origin: number;
  /** Whether the layer's question stands beside its name. */
  readonly questions: boolean;
}

/** The table in at most `width` cells. */
export function postureLines(workload: Workload, width: number, paint: Paint): string[] {
  const layers = layersOf(workload).map((layer) => ({
    ...layer,
    rows: layer.rows.map((row) => ({
      ...row,
      value: plainLine(maskText(row.value)),
      origin: plainLine(nearOrigin(row.origin, workload.source.file.path)),
    })),
  }));
  const columns = columnsFor(
    width,
    Math.max(...layers.flatMap(({ rows }) => rows.map(({ origin }) => displayWidth(origin)))),
  );
  const lines = [topBorder(workload, width, paint)];
  for (const { name, question, rows } of layers) {
    for (const [index, { value, origin, mark }] of rows.entries()) {
      const style = STYLES[mark];
      const head = index > 0 ? "" : columns.questions ? `${name.padEnd(14)}${question}` : name;
      const values = wrap(value, columns.value, true);
      const origins = wrap(origin, columns.origin, true);
      for (let line = 0; line < Math.max(values.length, origins.length); line++) {
        const sign = line === 0 ? SIGNS[mark] : " ";
        const cell = padTo(values[line] ?? "", columns.value);
        const title = padTo(line === 0 ? head : "", columns.layer);
        lines.push(
          [
            paint.in("dim", "│"),
            paintTitle(title, line === 0 && index === 0, columns, paint),
            style === undefined ? `${sign} ${cell}` : paint.in(style, `${sign} ${cell}`),
            ` ${paint.in("dim", padTo(origins[line] ?? "", columns.origin))}`,
            paint.in("dim", "│"),
          ].join(" "),
        );
      }
    }
  }
  lines.push(paint.in("dim", `╰${"─".repeat(width - 2)}╯`));
  return lines;
}

/** The head of the table names the workload's file: its places are lines, its neighbours are named from its folder. */
function nearOrigin(origin: string, path: string): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const lines = origin.replaceAll(`${path}:`, "line ");
  return folder === "" ? lines : lines.replaceAll(folder, "");
}

function paintTitle(text: string, first: boolean, { questions }: Columns, paint: Paint): string {
  if (!first) return text;
  if (!questions) return paint.in("title", text);
  return paint.in("title", text.slice(0, 14)) + paint.in("dim", text.slice(14));
}

/** Two borders, four gaps and the sign take 9 cells. */
function columnsFor(width: number, longestOrigin: number): Columns {
  const questions = width >= 110;
  const layer = questions ? 38 : 12;
  const wanted = Math.max(12, Math.min(longestOrigin, questions ? 30 : 22));
  const room = width - 9 - layer;
  const origin = Math.min(wanted, Math.floor(room / 2));
  return { layer, origin, value: room - origin, questions };
}

/** `╭─ service api ──── compose.yaml:12, Docker ─╮` */
function topBorder(workload: Workload, width: number, paint: Paint): string {
  const { title } = engines[workload.engine];
  const runs = workload.runtime === undefined ? "" : `, ${title}`;
  const image = workload.image.known ? ` (${workload.image.value.text})` : "";
  // The name goes before the place, which keeps a third: the end of its path says the most.
  const room = width - 10;
  const full = plainLine(maskText(`${workload.name}${image}`));
  const wide = displayWidth(full) <= Math.floor((room * 2) / 3);
  const left = clip(wide ? full : plainLine(workload.name), Math.floor((room * 2) / 3));
  const right = clip(
    plainLine(`${linePlace(workload.source)}${runs}`),
    room - displayWidth(left) - 1,
  );
  const fill = "─".repeat(Math.max(1, width - displayWidth(left) - displayWidth(right) - 8));
  return `${paint.in("dim", "╭─")} ${paint.in("title", left)} ${paint.in("dim", fill)} ${right} ${paint.in("dim", "─╮")}`;
}

/** Cut at the left, since the end of a path or name says more; `…` stands for what was cut. */
function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = Array.from(text);
  let cut = characters.length;
  let used = 1;
  while (cut > 0 && used + displayWidth(characters[cut - 1] ?? "") <= width) {
    used += displayWidth(characters[cut - 1] ?? "");
    cut -= 1;
  }
  return `…${characters.slice(cut).join("")}`;
}
