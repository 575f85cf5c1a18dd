// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '47320830371f887d', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
