// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '080ba9b3a12a0379', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
