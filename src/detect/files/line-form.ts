/** A form of a file in which what a field of a line is, no word in it says. */

export interface LineForm {
  readonly path: RegExp;
  readonly detector: string;
  readonly title: string;
  /** Up to the value, from the start of a line. */
  readonly head: RegExp;
  readonly value: RegExp;
  /** Nothing in the value stands for a variable. */
  readonly literal?: true;
  /** Comments, in which examples stand, are passed over. */
  readonly comments?: "xml";
}
