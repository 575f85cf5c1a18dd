// Generated from proto/ by tools/generate.ts. Do not edit.

export type SchemaError = { instancePath: string; message?: string; keyword: string; params: Record<string, unknown> };
export type Validator = { (value: unknown): boolean; errors?: SchemaError[] | null };
export declare const viewOutput: Validator;
export declare const runConfig: Validator;
export declare const recordingIndex: Validator;
export declare const recordingList: Validator;
export declare const hello: Validator;
export declare const open: Validator;
export declare const close: Validator;
export declare const grant: Validator;
export declare const painted: Validator;
export declare const batch: Validator;
export declare const frame: Validator;
export declare const gap: Validator;
export declare const status: Validator;
export declare const ledger: Validator;
export declare const control: Validator;
export declare const reply: Validator;
export declare const parts: Validator;
export declare const partList: Validator;
export declare const runs: Validator;
export declare const error: Validator;
export declare const ledgers: Validator;
export declare const ledgerList: Validator;
