// Generated from proto/ by tools/generate.ts. Do not edit.

export const contract = { hash: '1d974318e80a067d', version: '0.1.0', viewMime: 'application/vnd.duallane.view+json' } as const;
