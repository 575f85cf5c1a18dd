/** Text on the system's clipboard, from any page: browsers offer their clipboard only over HTTPS and on this host. */
import { DuallaneError } from '../../protocol/index.ts';

/** Resolves when it is there. Rejects with `copy-refused`, or with the browser's reason. To be called in a user's click or key. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation(); // Lab has a listener of its own
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  try {
    if (!document.execCommand('copy'))
      throw new DuallaneError(
        'copy-refused',
        'This browser lets a page that came over plain HTTP copy nothing. Mark the text instead.',
      );
  } finally {
    document.removeEventListener('copy', put, { capture: true });
  }
}
