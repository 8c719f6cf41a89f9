/** How a protocol buffer message is written down here: its fields by number. */

export type FieldType =
  | "string"
  | "bytes"
  | "bool"
  /** Any of int32, int64, uint32, uint64 and enum: kept as an unsigned bigint of 64 bits, as it came. */
  | "varint"
  /** `map<string, string>` and `map<string, Message>`. */
  | { readonly map: "string" | Message }
  | Message;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly repeated?: true;
}

export interface Message {
  /** As in the .proto file. */
  readonly name: string;
  readonly fields: Readonly<Record<number, Field>>;
}
