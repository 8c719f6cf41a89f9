/** Presets by name; what they hold is in `presets.ts`. */

export const presetNames = [
  "monitoring",
  "discovery",
  "log-viewer",
  "updater",
  "manager",
  "ci-runner",
  "testcontainers",
  "agent-sandbox",
] as const;

export type PresetName = (typeof presetNames)[number];
