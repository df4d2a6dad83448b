import { printable } from "../errors.ts";

const QUIET_MS = 2_000;
const REPEAT_MS = 15_000;

/** Shows the user what a host is busy with, as soon as it takes longer than two seconds, and that it is done. */
export interface Progress {
  line(text: string): void;
  /** The step that began last. */
  doing(): string | null;
  end(): void;
}

/** @param show gets lines that mean something until the next one */
export function progress(host: string, show: (line: string) => void): Progress {
  let doing: string | null = null;
  let since = 0;
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;
  const showIt = (how: string) => {
    const seconds = Math.round((Date.now() - since) / 1000);
    show(`${host}: ${printable(doing ?? "")} ${how} ${seconds} s`);
  };
  const tell = () => {
    showIt("…");
    isShown = true;
    timer = setTimeout(tell, REPEAT_MS);
  };
  const end = () => {
    clearTimeout(timer);
    if (isShown) showIt("took");
    isShown = false;
  };
  return {
    line(text) {
      if (!text.startsWith("= ")) return;
      end();
      if (!text.startsWith("= doing ")) return;
      doing = text.slice("= doing ".length);
      since = Date.now();
      timer = setTimeout(tell, QUIET_MS);
    },
    doing: () => doing,
    end,
  };
}
