// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '2d7e6ae2199c43c2', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
