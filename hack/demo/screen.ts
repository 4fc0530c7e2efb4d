import type { WriteStream } from 'node:tty';

/** Where the demo tells what happens. */
export interface Screen {
  /** Prints a line that stays. */
  readonly say: (line: string) => void;
  /** Something has happened that is worth a line where nothing is redrawn. */
  readonly tell: (line: string) => void;
  /** Draws the board from now on, again and again. */
  readonly show: (render: () => readonly string[]) => void;
  /** Draws the board a last time and leaves it standing. */
  readonly finish: () => void;
}

const redrawEveryMs = 150;
const clearToEnd = '\u001b[J';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A board that is drawn anew in place on a terminal, and plain lines one after another elsewhere. */
export function createScreen(stream: WriteStream): Screen {
  return stream.isTTY ? terminalScreen(stream) : plainScreen(stream);
}

function plainScreen(stream: NodeJS.WritableStream): Screen {
  const say = (line: string) => void stream.write(`${line}\n`);
  return { say, tell: say, show: () => undefined, finish: () => undefined };
}

function terminalScreen(stream: WriteStream): Screen {
  let render: (() => readonly string[]) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let drawnLines = 0;
  const draw = () => {
    // A line that wraps, or a board that scrolls, could not be drawn over.
    const lines = (render?.() ?? []).slice(0, Math.max(1, stream.rows - 1));
    const text = lines.map((line) => `${line.slice(0, stream.columns - 1)}\n`).join('');
    const up = drawnLines > 0 ? `\u001b[${drawnLines}A` : '';
    stream.write(`${up}\r${clearToEnd}${text}`);
    drawnLines = lines.length;
  };
  const restoreCursor = () => stream.write(showCursor);
  return {
    say: (line) => void stream.write(`${line}\n`),
    tell: () => undefined,
    show: (next) => {
      render = next;
      stream.write(hideCursor);
      process.once('exit', restoreCursor);
      timer = setInterval(draw, redrawEveryMs);
    },
    finish: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      draw();
      restoreCursor();
    },
  };
}
