/** Lines that give the value to a name in the line before: `- name: TOKEN`, then `value: x`; `<name>token</name>`, then `<value>x</value>`. */

const VALUE_LINE = /\n[ \t]{0,100}(?:["']?value["']?[ \t]{0,8}:|<value>)[^\n]{0,4200}/iy;

/** Where the lines end that belong together: that which ends at a place, and the next if it gives the value. */
export function linesEnd(text: string, end: number): number {
  VALUE_LINE.lastIndex = end;
  return VALUE_LINE.test(text) ? VALUE_LINE.lastIndex : end;
}
