/** What a part of a Compose file may look like, in a form that is small to write and quick to check. */

/**
 * `any`; `none` (nothing fits); type names joined by `|` (`string number integer boolean null array
 * object`); `#name` for a shape of the table; or an object whose members must all hold.
 */
export type Shape = string | ShapeObject;

export interface ShapeObject {
  /** Type names joined by `|`. */
  readonly type?: string;
  /** For maps: the shape of each named key. */
  readonly keys?: Readonly<Record<string, Shape>>;
  /** For maps: the shape of keys that match a regular expression. */
  readonly patterns?: Readonly<Record<string, Shape>>;
  /** For maps: the shape of every other key; all are allowed when absent. */
  readonly rest?: Shape;
  readonly required?: readonly string[];
  /** For lists: the shape of every item. */
  readonly items?: Shape;
  /** For lists: no item stands there twice. */
  readonly unique?: boolean;
  /** Exactly one of these must hold. */
  readonly oneOf?: readonly Shape[];
  /** The words that are allowed. */
  readonly words?: readonly string[];
  /** For texts: a regular expression that must be found in them. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
