// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: 'bea0d5e5f0fb3124', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
