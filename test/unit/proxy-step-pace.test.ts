import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { StepPace } from '../../src/pipeline/proxy/step-pace.ts';
import type { trainer } from '../../src/protocol/wire.ts';

const said = (event: trainer.ControlEvent['event']): trainer.ControlEvent => ({ runId: 'r', event });
const pause = said({ $case: 'pause', value: true });
const resume = said({ $case: 'resume', value: true });
const rate = (value: number) => said({ $case: 'maxRateHz', value });
const grant = (value: number) => said({ $case: 'grantSteps', value });

describe('the pace of a worker', () => {
  it('takes what was stepped too much off the next grant, and forgets grants at resume', () => {
    const pace = new StepPace();
    pace.obey(pause, 0);
    expect(pace.verdict(0)).toEqual({ mayStep: false, untilMs: undefined });
    pace.stepped(40, 0); // what was in the pipe when the pause began
    pace.obey(grant(2), 0);
    expect(pace.verdict(0).mayStep).toBe(true);
    pace.stepped(5, 1);
    expect(pace.verdict(1).mayStep).toBe(false);
    pace.obey(grant(3), 2);
    expect(pace.verdict(2).mayStep).toBe(false);
    pace.obey(grant(1), 3);
    expect(pace.verdict(3).mayStep).toBe(true);
    pace.obey(resume, 4);
    pace.obey(pause, 5);
    expect(pace.verdict(5).mayStep).toBe(false);
  });

  it('says when a capped worker may go on, and lets it go when the cap is lifted', () => {
    const pace = new StepPace();
    pace.obey(rate(10), 1000);
    pace.stepped(3, 1000);
    expect(pace.verdict(1000)).toEqual({ mayStep: false, untilMs: 1300 });
    expect(pace.verdict(1300).mayStep).toBe(true);
    pace.stepped(50, 1300);
    pace.obey(rate(0), 1300);
    expect(pace.verdict(1300).mayStep).toBe(true);
  });

  it('never lets a worker that obeys take more than its rate and one burst', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 40 })), { maxLength: 200 }),
        (hz, turns) => {
          const pace = new StepPace();
          pace.obey(rate(hz), 0);
          let nowMs = 0;
          let steps = 0;
          let most = 0;
          for (const [waitMs, wanted] of turns) {
            nowMs += waitMs;
            if (!pace.verdict(nowMs).mayStep) continue;
            pace.stepped(wanted, nowMs);
            steps += wanted;
            most = Math.max(most, wanted);
            // A worker is stopped a moment late: by at most what it took in its last turn.
            expect(steps).toBeLessThanOrEqual((nowMs / 1000) * hz + Math.max(1, hz * 0.02) + most + 1e-6);
          }
        },
      ),
    );
  });
});
