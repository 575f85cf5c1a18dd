// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '2c05c18b8d0126d7', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
