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
  /** Taken in and left out: the engine has it from elsewhere. The type is `bytes`, and nobody looks into them. */
  readonly dropped?: true;
}

export interface Message {
  /** As in the .proto file. */
  readonly name: string;
  readonly fields: Readonly<Record<number, Field>>;
  /** Fields that are not here are passed over: for the engine's own words, of which newer ones have more. */
  readonly skipsUnknown?: true;
}
