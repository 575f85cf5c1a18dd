/** The Arrow schemas of proto/arrow-schemas.json as apache-arrow objects. `dict` is dictionary<int32, utf8>. */
import {
  Binary,
  Bool,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  Schema,
  TimestampMicrosecond,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { arrowSchemas, type RowKind } from '../generated/arrow-schemas.ts';

export type ColumnType = 'int32' | 'int64' | 'uint64' | 'float64' | 'bool' | 'utf8' | 'binary' | 'timestamp_us' | 'dict';
export type Column = {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly setByDaemon: boolean;
};

export const rowKinds = Object.keys(arrowSchemas) as RowKind[];

export function isRowKind(value: unknown): value is RowKind {
  return typeof value === 'string' && Object.hasOwn(arrowSchemas, value);
}

/** All columns of a kind, those set by the daemon (seq_id, run_id, worker_id) first. */
export function storedColumns(kind: RowKind): readonly Column[] {
  return arrowSchemas[kind];
}

/** The columns a publisher sends: all but seq_id, run_id and worker_id. */
export function publishedColumns(kind: RowKind): readonly Column[] {
  return storedColumns(kind).filter((column) => !column.setByDaemon);
}

/** The Arrow type of a column; `dictionaryId` is used by `dict` alone and has to be unique in a schema. */
export function arrowTypeOf(type: ColumnType, dictionaryId: number): DataType {
  switch (type) {
    case 'int32':
      return new Int32();
    case 'int64':
      return new Int64();
    case 'uint64':
      return new Uint64();
    case 'float64':
      return new Float64();
    case 'bool':
      return new Bool();
    case 'utf8':
      return new Utf8();
    case 'binary':
      return new Binary();
    case 'timestamp_us':
      return new TimestampMicrosecond();
    case 'dict':
      return new Dictionary(new Utf8(), new Int32(), dictionaryId);
    default:
      return type satisfies never;
  }
}

/** The field of a column at `position` of its schema. `metadata` is the publisher's own (observation: dtype and shape). */
export function fieldOf(column: Column, position: number, metadata?: Map<string, string>): Field {
  return new Field(column.name, arrowTypeOf(column.type, position), column.nullable, metadata);
}

export function schemaOf(columns: readonly Column[]): Schema {
  return new Schema(columns.map((column, position) => fieldOf(column, position)));
}
