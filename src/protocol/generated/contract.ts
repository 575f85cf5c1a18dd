// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '9035bdc9d3ccf320', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
