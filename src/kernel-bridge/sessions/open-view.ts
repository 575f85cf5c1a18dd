/** Opens what a page asks for: a telemetry view or a frames view. */
import { type Open, sentenceOf } from '../../protocol/index.ts';
import { FramesChannel } from './frames-channel.ts';
import { TelemetryChannel } from './telemetry-channel.ts';
import type { View, ViewContext } from './view.ts';

export function openView(request: Open, context: ViewContext): View {
  switch (request.view) {
    case 'telemetry': {
      const view = new TelemetryChannel(request, context);
      view.start().catch((error: unknown) => {
        const sentence = `The rows of this run cannot be shown: ${sentenceOf(error)}`.slice(0, 500);
        context.send('status', { state: 'unavailable', sentence });
      });
      return view;
    }
    case 'frames':
      return new FramesChannel(request, context);
    default:
      return request satisfies never;
  }
}
