// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '85bdef3e1716cb58', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
