/** The lines of a log; only those on the screen exist. Scrolling up stops following, reaching the end takes it up. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type CSSProperties } from 'react';
import type { LogLine } from './log-lines';
import type { LogPicture } from './log-reading';
import { markMatches } from './mark-matches';
import { parseAnsi } from './parse-ansi';
import type { TextStyle } from './text-style';
import classes from './log-view.module.css';

export interface LogLineListProps {
  readonly picture: LogPicture;
  readonly wraps: boolean;
  readonly wanted: string;
  readonly chosenLine: number | null;
  readonly isFollowing: boolean;
  readonly onLeaveEnd: () => void;
  readonly onReachEnd: () => void;
}

const lineHeight = 19;
/** Above and below the lines together, with room for a scroll bar where lines do not wrap. */
const framePadding = 28;
/** Nearer to the end than this counts as being there. */
const endZone = 24;

export function LogLineList(props: LogLineListProps) {
  const { picture, wraps, wanted, chosenLine, isFollowing, onLeaveEnd, onReachEnd } = props;
  const { lines, leftOutBytes } = picture;
  const frame = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const list = useVirtualizer({
    count: lines.count,
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  useEffect(() => {
    if (isFollowing && lines.count > 0) list.scrollToIndex(lines.count - 1, { align: 'end' });
  }, [isFollowing, lines, lines.count, list, picture.version, wraps]);
  useEffect(() => {
    if (chosenLine !== null) list.scrollToIndex(chosenLine, { align: 'center' });
  }, [chosenLine, list]);

  const noteScroll = (): void => {
    const element = frame.current;
    if (element === null) return;
    const toEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (element.scrollTop < lastTop.current && toEnd > endZone) onLeaveEnd();
    if (element.scrollTop > lastTop.current && toEnd <= 1 && wanted === '') onReachEnd();
    lastTop.current = element.scrollTop;
  };
  return (
    <div
      ref={frame}
      className={classes.lines}
      style={{ height: `clamp(110px, ${list.getTotalSize() + framePadding}px, clamp(220px, 52vh, 620px))` }}
      role="log"
      aria-live="off"
      aria-label="Log"
      tabIndex={0}
      onScroll={noteScroll}
    >
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map(({ key, index, start }) => {
          const line = lines.at(index);
          if (line === null) return null;
          return (
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              data-wraps={wraps}
              data-chosen={index === chosenLine}
              className={classes.line}
              style={{ transform: `translateY(${start}px)` }}
            >
              {/* Lines have numbers only where the first of them is known. */}
              {leftOutBytes === 0 && <span className={classes.number}>{index + 1 + lines.dropped}</span>}
              <LineText line={line} wanted={wanted} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function LineText({ line, wanted }: { readonly line: LogLine; readonly wanted: string }) {
  const pieces = markMatches(parseAnsi(line.text, line.style).pieces, wanted);
  return (
    <span className={classes.text}>
      {pieces.map(({ text, style, isMatch }, index) =>
        isMatch ? (
          <mark key={index} className={classes.match}>
            {text}
          </mark>
        ) : (
          <span key={index} style={cssOf(style)}>
            {text}
          </span>
        ),
      )}
    </span>
  );
}

function cssOf({ color, background, bold, dim, italic, underline, inverse }: TextStyle): CSSProperties {
  const [front, back] = inverse ? [background ?? 'var(--log-back)', color ?? 'var(--log-front)'] : [color, background];
  return {
    ...(front === null ? {} : { color: colorOf(front) }),
    ...(back === null ? {} : { background: colorOf(back) }),
    ...(bold ? { fontWeight: 700 } : {}),
    ...(dim ? { opacity: 0.65 } : {}),
    ...(italic ? { fontStyle: 'italic' } : {}),
    ...(underline ? { textDecoration: 'underline' } : {}),
  };
}

function colorOf(color: number | string): string {
  return typeof color === 'number' ? `var(--ansi-${color})` : color;
}
