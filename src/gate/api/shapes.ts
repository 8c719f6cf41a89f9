/**
 * How the Engine API's schema is written down: Go's wire types as short expressions.
 *
 *     string bool int int64 uint8 uint16 uint32 uint64 float32   Go's decoding of each
 *     addr prefix mac port bytes                            texts with a form of their own
 *     any                                                   answers only, never a request
 *     *T  []T  [2]T  map[string]T  map[port]T  #Name        pointer, slice, array, map, definition
 */

export type TypeExpression = string;

/** A struct, with the structs that it embeds, or another name for a type. */
export type Definition =
  | TypeExpression
  | {
      readonly embeds?: readonly string[];
      readonly fields: Readonly<Record<string, TypeExpression>>;
    };

export type Definitions = Readonly<Record<string, Definition>>;

/** `boolean` is what dockerd's BoolValue reads; `strict-boolean` goes through Go's strconv.ParseBool. */
export type QueryKind =
  | "string"
  | "boolean"
  | "strict-boolean"
  | "integer"
  | "uint32"
  | "uint64"
  | "timestamp"
  | "filters"
  | "ignored"
  | `json ${TypeExpression}`;

export interface QueryParameter {
  readonly kind: QueryKind;
  readonly list?: true;
}

/** What the swagger file says of an operation. */
export interface DescribedOperation {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly required?: readonly string[];
  readonly headers?: readonly string[];
  readonly body?: DescribedBody;
  readonly responseType?: TypeExpression;
}

export type DescribedBody =
  | { readonly kind: "json"; readonly type: TypeExpression; readonly required: boolean }
  | { readonly kind: "upload" };
