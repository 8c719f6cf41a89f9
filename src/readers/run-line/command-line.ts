/** What is said of the command line after `--`. Apart from what reads it, which is loaded only for one. */

/** Why a reading of words that are no run line is unknown. */
export const NO_RUN_LINE = "the words after `--` start, enter or build no container";
