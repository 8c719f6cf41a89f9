/** What `plimsoll explain exception-problem` prints. */
export const exceptionPage = `# exception-problem

## What

An exception or a baseline entry that does not do what it says: it names no rule or an unknown one, has no
reason, has expired, has an end that is no date, or covers nothing any more.

## Why

An exception is a decision that somebody took. One that nobody can read later, or that outlived its finding,
hides the next mistake on the same line.

## How to fix

- Write the rule's id in brackets and the reason behind it:
  \`# plimsoll: ignore[host-port] the office printer needs it until=2027-01-31\`.
- Mend the finding, or renew the date.
- Remove what is unused; write a baseline anew with \`plimsoll check --write-baseline FILE\`.
`;
