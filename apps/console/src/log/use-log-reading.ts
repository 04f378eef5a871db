/** A log's picture for a component: reading starts and ends with it. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { LogReading, type LogOfAttempt, type LogPicture } from './log-reading';

export function useLogReading({ attemptId, stream, length }: LogOfAttempt): LogPicture {
  const [reading, setReading] = useState(() => new LogReading({ attemptId, stream, length }));
  useEffect(() => {
    // A reading that was stopped stays stopped: every start gets its own.
    const own = new LogReading({ attemptId, stream, length });
    setReading(own);
    void own.read();
    return () => own.stop();
    // The length only says where to begin; it grows while the log is read.
  }, [attemptId, stream]);
  return useSyncExternalStore(reading.subscribe, reading.picture);
}
