/** The return curve as an element. */
import { type Area, type Curve, type CurveTheme, drawCurve, pointAt } from '../plots/curve.ts';
import { PlotCanvas } from './plot-canvas.ts';

/** An episode was chosen in the curve; `agent` is the name of its line. */
export class EpisodePicked extends CustomEvent<{ agent: string; episode: number }> {
  constructor(agent: string, episode: number) {
    super('episode-picked', { detail: { agent, episode } });
  }
}

export class ReturnCurve extends PlotCanvas<Curve> {
  constructor() {
    super(
      { lines: [], gaps: [], smoothing: 0 },
      'Return per episode, smoothed, with the mean of the last 100. Arrow keys read points, Enter goes to the episode.',
    );
  }

  protected override paint(
    pen: CanvasRenderingContext2D,
    area: Area,
    curve: Curve,
    theme: CurveTheme,
    cursor: number | undefined,
  ): string | undefined {
    return drawCurve(pen, area, curve, theme, cursor);
  }

  protected override pick(area: Area, curve: Curve, cursor: number): void {
    const read = pointAt(area, curve, cursor);
    if (read) this.dispatchEvent(new EpisodePicked(read.name, read.point.x));
  }
}
