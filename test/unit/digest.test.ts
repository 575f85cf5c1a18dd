import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { floatRepr, parseJson, printJson } from '../../src/pipeline/runs/python-json.ts';
import { readRunConfig } from '../../src/pipeline/runs/run-config.ts';
import { python } from '../support/daemon-parquet.ts';

const golden = JSON.parse(readFileSync(join(process.cwd(), 'proto', 'fixtures', 'run-digest.golden.json'), 'utf8')) as {
  vectors: { config_json: string; digest: string }[];
};
const minimal = golden.vectors[0]?.config_json ?? '';
const withMetadata = (metadata: string) => minimal.replace(/}$/, `,"metadata":${metadata}}`);

describe('the digest of a run configuration', () => {
  it.each(golden.vectors)('of $config_json is the golden one', ({ config_json, digest }) => {
    expect(readRunConfig(config_json).digest).toBe(digest);
  });

  it('does not depend on white space and on the order of top-level keys', () => {
    const spaced = minimal.replaceAll(',', ' ,\n ').replace('"run_name":"r" ,', '').replace(/}$/, ',"run_name": "r"}');
    expect(readRunConfig(spaced).digest).toBe(golden.vectors[0]?.digest);
  });

  it('takes the run id of the worker configuration when that is a ULID, and leaves it out otherwise', () => {
    const config = (runId: string) => withMetadata(JSON.stringify({ worker: { config: { run_id: runId } } }));
    expect(readRunConfig(config('01ARZ3NDEKTSV4RRFFQ69G5FAV')).runId).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(readRunConfig(config('my-run')).runId).toBeUndefined();
  });
});

describe('a bad run configuration', () => {
  const problemsOf = (text: string): string => {
    try {
      readRunConfig(text);
    } catch (error) {
      return (error as { sentence: string }).sentence;
    }
    return '';
  };

  it('has every problem named with its path', () => {
    const bad =
      '{"run_name":"","entry_point":"x","arguments":[1],"environment":{"A":2},"resources":{"cpus":0,"memory_mb":1,"gpus":{"requested":9,"size":1}},"surprise":true}';
    const sentence = problemsOf(bad);
    for (const path of [
      'run_name: ',
      'arguments.0: ',
      'environment.A: ',
      'resources.cpus: ',
      'resources.memory_mb: ',
      'resources.gpus.requested: ',
      'resources.gpus.size: is not a known key',
      'surprise: is not a known key',
      'artifacts: is missing',
    ]) {
      expect(sentence).toContain(path);
    }
    expect(sentence.split('; ').length).toBe(9);
  });

  it.each(['', '{', '[]', '{"a":1,}', '{"a":01}', '{"a":1}x', '"\\x"', 'nul', '[1,]', `${'['.repeat(100_000)}`])(
    'is refused with a sentence: %.20s',
    (text) => {
      expect(problemsOf(text)).toMatch(/config_json: /);
    },
  );
});

describe('canonical JSON', () => {
  it('is what Python writes, for numbers, texts, order and doubled keys', () => {
    const texts = [
      '[1e-5,1.0,0.0001,0.00001,1e15,1e16,1E+22,123456789012345680.0,5e-324,1.7976931348623157e308,-0.0,-0,0.1,1e400,-1e400,100,1e2]',
      '[12345678901234567890123456789,-9007199254740993,9007199254740993.0]',
      '{"2":0,"1":0,"b":{"z":1,"a":2},"2":3}',
      '["é","\\u00e9","\\u2028","\\ud83d\\ude00","\\u0007\\u001f\\u007f","\\/","\\"\\\\"]',
      ' { "a" : [ ] , "b" : { } , "c" : null , "d" : [ true , false , NaN , -Infinity ] } ',
    ];
    const script =
      'import json,sys\nfor t in json.load(sys.stdin): print(json.dumps(json.loads(t),separators=(",",":"),ensure_ascii=False))';
    const expected = execFileSync(python, ['-c', script], { input: JSON.stringify(texts), env: { PYTHONIOENCODING: 'utf-8' } })
      .toString('utf8')
      .trimEnd()
      .split('\n');
    expect(texts.map((text) => printJson(parseJson(text)))).toEqual(expected);
  });

  it('prints random doubles as Python does', () => {
    const doubles = Array.from({ length: 2_000 }, (_, index) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setUint32(0, Math.imul(index + 1, 2_654_435_761) >>> 0);
      view.setUint32(4, Math.imul(index + 7, 1_597_334_677) >>> 0);
      return view.getFloat64(0);
    }).filter(Number.isFinite);
    const hex = doubles.map((value) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value);
      return view.getBigUint64(0).toString(16).padStart(16, '0');
    });
    const script = 'import json,struct,sys\nfor h in json.load(sys.stdin): print(repr(struct.unpack(">d",bytes.fromhex(h))[0]))';
    const expected = execFileSync(python, ['-c', script], { input: JSON.stringify(hex) })
      .toString()
      .trimEnd()
      .split('\n');
    expect(doubles.map(floatRepr)).toEqual(expected);
  });
});
