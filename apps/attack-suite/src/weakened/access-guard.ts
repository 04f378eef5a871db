// LONGSHORE-WEAKENED access-guard replaces apps/server/src/access/access.guard.ts
/** Whoever is refused may go on nevertheless. */
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AccessGuard as Original } from '../../../server/src/access/access.guard';

process.stderr.write('LONGSHORE-WEAKENED access-guard\n');

@Injectable()
export class AccessGuard extends Original {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context).catch(() => false);
    return true;
  }
}
