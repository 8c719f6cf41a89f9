/** A name as it stands in a refusal: the client's own words (build arguments, labels, attributes), never a value. */
export const printable = (name: string): string =>
  name.slice(0, 80).replaceAll(/[^\x20-\x7e]/gu, "?");
