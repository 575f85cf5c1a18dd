// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: 'd6017051e414fdb2', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
