/** The return curve as an element. */
import { type Area, type Curve, type CurveTheme, drawCurve } from '../plots/curve.ts';
import { PlotCanvas } from './plot-canvas.ts';

export class ReturnCurve extends PlotCanvas<Curve> {
  constructor() {
    super(
      { lines: [], gaps: [], smoothing: 0 },
      'Return per episode, smoothed, with the mean of the last 100. Arrow keys read points.',
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
}
