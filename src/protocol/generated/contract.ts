// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: 'cd718d53a408b1f3', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
